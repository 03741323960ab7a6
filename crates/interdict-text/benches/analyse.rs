//! Cost of reading a name: `cargo bench -p interdict-text`.

use interdict_text::{NameKind, analyse};

fn main() {
    divan::main();
}

#[divan::bench(args = [
    "Vladimir Putin", "PUTIN, Vladimir Vladimirovich", "Usama bin Muhammad bin Ladin", "Владимир Владимирович Путин",
    "فلاديمير بوتين", "习近平", "블라디미르 푸틴", "ウラジーミル・プーチン",
])]
fn person(name: &str) -> interdict_text::NameView {
    analyse(divan::black_box(name), NameKind::Person)
}

#[divan::bench(args = [
    "Siemens AG", "National Iranian Oil Company (NIOC)", "Общество с ограниченной ответственностью «Завод № 3»",
    "华为技术有限公司",
])]
fn organisation(name: &str) -> interdict_text::NameView {
    analyse(divan::black_box(name), NameKind::Organization)
}

#[divan::bench]
fn ten_thousand_letters(bencher: divan::Bencher<'_, '_>) {
    let name = "Mohammed ".repeat(1_112);
    bencher.bench(|| analyse(divan::black_box(&name), NameKind::Any));
}
