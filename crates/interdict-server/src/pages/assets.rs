//! Styles, scripts and icon, compiled in and named by their content, so that a browser keeps them
//! for good and never keeps the wrong ones.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_store::hex;
use sha2::{Digest, Sha256};

struct Asset {
    stem: &'static str,
    extension: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

const ASSETS: [Asset; 3] = [
    Asset {
        stem: "workbench",
        extension: "css",
        media_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../../assets/workbench.css"),
    },
    Asset {
        stem: "workbench",
        extension: "js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../assets/workbench.js"),
    },
    Asset {
        stem: "icon",
        extension: "svg",
        media_type: "image/svg+xml",
        bytes: include_bytes!("../../assets/icon.svg"),
    },
];

/// Addresses of the assets, for templates.
#[derive(Debug)]
pub(super) struct Addresses {
    pub(super) style: String,
    pub(super) script: String,
    pub(super) icon: String,
}

static NAMES: LazyLock<[String; 3]> = LazyLock::new(|| {
    ASSETS.each_ref().map(|asset| {
        let hash: String = hex(&Sha256::digest(asset.bytes)).chars().take(16).collect();
        format!("{}-{hash}.{}", asset.stem, asset.extension)
    })
});

static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| {
    let [style, script, icon] = NAMES.each_ref().map(|name| format!("/assets/{name}"));
    Addresses {
        style,
        script,
        icon,
    }
});

/// Where the assets are.
pub(super) fn addresses() -> &'static Addresses {
    &ADDRESSES
}

/// Sends an asset by its hashed name.
pub(super) async fn send(Path(name): Path<String>) -> Response {
    match NAMES.iter().zip(&ASSETS).find(|(known, _)| **known == name) {
        Some((_, asset)) => (
            [
                (header::CONTENT_TYPE, asset.media_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.bytes,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
