#!/usr/bin/env python3
"""Record what the FollowTheMoney tools make of entities and values, for the tests of interdict-model.

usage: record_ftm.py    (needs followthemoney 4.11.2; writes crates/interdict-model/tests/it/recorded/)

`entities.jsonl`: per line an entity of examples/watchlist.ftm.json or of ENTITIES below, as given and
as the tools write it. `values.jsonl`: per line a property, a raw text and the value that the tools
clean it to, or null.
"""

import json
import pathlib

from followthemoney import model
from followthemoney.entity import ValueEntity

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "crates/interdict-model/tests/it/recorded"

# Shapes that the example list does not have. Made up.
ENTITIES = [
    {"id": "a", "schema": "Person", "properties": {"name": ["Ana", "Ana", "Ánа"], "birthDate": []}},
    {"id": "b", "schema": "Company", "properties": {"name": ["B \u200b S.A."]}, "datasets": ["y", "x"]},
    {"id": "c", "schema": "Vessel", "properties": {"imoNumber": ["IMO 9074729"]}, "referents": ["z", "a"]},
    {"id": "d", "schema": "Ownership", "properties": {"owner": ["a"], "asset": ["b"]}, "caption": "kept"},
    {"id": "e", "schema": "Person", "properties": {"name": ["E"]}, "first_seen": "2023-01-01",
     "last_seen": "2024-05-16T00:00:00", "last_change": "2024-01-01", "target": True},
    {"id": "f", "schema": "Address", "properties": {"full": ["1 Road, Town"], "country": ["gb"]}},
    {"id": "g", "schema": "Person", "properties": {"name": ["بشار الأسد", "Башар Асад", "巴沙尔"]}},
    {"id": "h", "schema": "LegalEntity", "properties": {}},
]

NAMES = [
    "  Vladimir   PUTIN ", '"Quoted Name"', "'Single'", "O'Brien", "Mc\tTab", "Line\nBreak", "\u200bZero\u200bWidth",
    "Zoe\u0308 Kravitz", "Ｆｕｌｌｗｉｄｔｈ", "Владимир Путин", "习近平", "山田\u3000太郎", "A", "", "   ", "-", ".", "Soft\u00adHyphen",
    "\ufeffBOM", "Trailing.", "a;b", "Smith, John", "بشار الأسد", "No\u00a0Break", "\"Half", "\"A\" and \"B\"", "12345",
]
DATES = [
    "1959-03-17", "1959-03", "1959", "1959-3-7", "1959-00-00", "1959-13-01", "1959-02-30", "17 Mar 1959", "1959-03-17T10:20:30",
    "1959-03-17 10:20:30", "1959-03-17T10:20:30Z", "1959-03-17T10:20:30+02:00", "circa 1959", "03/17/1959", "17.03.1959", "1959/03/17",
    "0001-01-01", "9999-12-31", "2922-09-01", "1000", "999", "", "unknown", "1959-03-17T", "1959-03-17extra", "  1959-03-17  ",
    "1959-03-", "195", "19590317", "2021-02-16T21", "2021-02-16T21:48", "2021-02-16T21:48:52.123456", "2024-02-29", "2023-02-29",
]
COUNTRIES = [
    "Russia", "russia", "RU", "ru", "RUS", "Russian Federation", "The Russian Federation", "Россия", "Deutschland", "Germany", "DE", "Côte d'Ivoire",
    "Ivory Coast", "North Korea", "DPRK", "Democratic People's Republic of Korea", "South Korea", "Republic of Korea", "UK", "United Kingdom",
    "Great Britain", "England", "Scotland", "USA", "United States", "U.S.A.", "United States of America", "Hong Kong", "Hong Kong SAR", "Taiwan", "China",
    "People's Republic of China", "Iran", "Iran, Islamic Republic of", "Syria", "Syrian Arab Republic", "Burma", "Myanmar", "Palestine", "Kosovo", "Crimea",
    "Soviet Union", "USSR", "Yugoslavia", "Czechoslovakia", "Türkiye", "Turkey", "Czech Republic", "Czechia", "Eswatini", "Swaziland", "Macedonia",
    "North Macedonia", "Vatican", "Holy See", "EU", "European Union", "Zaire", "Congo", "Democratic Republic of the Congo", "Atlantis", "XX", "", "Viet Nam",
    "Vietnam", "Laos", "Abkhazia", "South Ossetia", "Transnistria", "Somaliland", "Northern Cyprus", "Guernsey", "Jersey", "Isle of Man", "Bermuda",
    "United Arab Emirates", "UAE", "U.A.E.", "Dubai", "Venezuela", "Bolivia", "Cape Verde", "Timor-Leste", "East Timor", "Micronesia", "The Gambia",
]
ADDRESSES = [
    "1 Main St, London", "1 Main St\nLondon", "a,, b", "a, , b", "a,. b", "  x  ", "", "Street 1;Town", "A<BR>B", "A\tB", "c/o X ,Y", "ESQ., 5 Road",
]
IDENTIFIERS = {
    "imoNumber": ["IMO 9074729", "9074729", "9074728", "imo9074729", "907472", ""],
    "leiCode": ["529900T8BM49AURSDO55", "529900T8BM49AURSDO54", "5299 00T8 BM49 AURS DO55", "529900t8bm49aursdo55", "X"],
    "innCode": ["7707083893", "7707083894", "500100732259", "INN 7707083893", "77 07 083893"],
    "ogrnCode": ["1027700132195", "1027700132196", "304500116000157", "OGRN 1027700132195"],
    "swiftBic": ["SABRRUMM", "sabrrumm", "SABRRUMMXXX", "SABRRUMMSE1", "SABR", "SABRRUM1"],
    "uscCode": ["91350211M000100Y43", "91350211M000100Y44", "91350211m000100y43"],
    "wikidataId": ["Q7747", "q7747", "7747", "https://www.wikidata.org/wiki/Q7747"],
    "registrationNumber": ["HRB 1234", "  12 34 ", "", "-"],
    "isin": ["US0378331005", "US0378331006", "us0378331005"],
    "socialSecurityNumber": ["123-45-6789", "123456789", "000-00-0000"],
    "uniqueEntityId": ["ZQGGHJH74DW7", "zqgghjh74dw7", "ZQGGHJH74DW8"],
}
OTHER = {
    ("Person", "email"): ["A@Example.org", "mailto:a@example.org", "not an email", "a@b", "", "a b@example.org", "ä@exämple.de"],
    ("Person", "website"): ["example.org", "http://example.org", "HTTPS://Example.ORG/Path?b=2&a=1", "ftp://x.org", "", "no url", "http://example.org/a b"],
    ("Person", "gender"): ["male", "Male", "M", "f", "Female", "other", "unknown", "männlich", "", "мужской"],
    ("Person", "topics"): ["sanction", "Sanction", "role.pep", "nonsense", "", "crime.terror"],
    ("Document", "language"): ["en", "eng", "English", "deu", "de", "zz", "", "ru"],
    ("Person", "nationality"): COUNTRIES,
    ("Person", "birthDate"): DATES,
    ("Person", "name"): NAMES,
    ("Person", "address"): ADDRESSES,
    ("Person", "notes"): ["  text  with  spaces ", "line\nbreak", "", "\u0000nul", "tab\there", "nbsp\u00a0here", "é"],
}


def holder(name: str):
    """A schema that has the property."""
    return next(s for s in sorted(model.schemata.values(), key=lambda s: s.name) if name in s.properties)


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    examples = (ROOT / "examples/watchlist.ftm.json").read_text().splitlines()
    given = [json.loads(line) for line in examples][::6] + ENTITIES
    with open(OUT / "entities.jsonl", "w", encoding="utf-8") as out:
        for entity in given:
            written = ValueEntity.from_dict(json.loads(json.dumps(entity))).to_dict()
            written["datasets"] = sorted(written["datasets"])
            written["referents"] = sorted(written["referents"])
            pair = {"given": entity, "written": written}
            out.write(json.dumps(pair, ensure_ascii=False, sort_keys=True) + "\n")
    with open(OUT / "values.jsonl", "w", encoding="utf-8") as out:
        cases = [(schema, name, raw) for (schema, name), raws in OTHER.items() for raw in raws]
        for name, raws in IDENTIFIERS.items():
            cases += [(holder(name).name, name, raw) for raw in raws]
        for schema, name, raw in cases:
            prop = model.get(schema).get(name)
            value = prop.type.clean(raw, format=prop.format) if raw else None
            line = {"schema": schema, "property": name, "raw": raw, "value": value}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
