//! A server on a small store, and a client that asks it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use interdict_desk::segment::{SegmentError, SegmentMaker, SegmentWriter};
use interdict_desk::{Desk, Import, Input, NoProgress};
use interdict_index::{
    ANALYSIS_VERSION, Description, EVIDENCE_VERSION, FORMAT_VERSION, SegmentBuilder,
};
use interdict_model::{DatasetName, Entity};
use interdict_screening::{Policy, index_entity};
use interdict_server::{App, Config, Server};
use serde_json::Value;

/// A server that runs until it is dropped.
pub(crate) struct Running {
    address: String,
    _runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// The same, if it came with this status.
    pub(crate) fn with(self, status: u16) -> Reply {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// A header of the reply.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Segments as the binary makes them, one entity at a time.
struct Segments;

struct Writer(SegmentBuilder);

impl SegmentMaker for Segments {
    fn format(&self) -> u32 {
        FORMAT_VERSION * 1_000_000 + ANALYSIS_VERSION * 1_000 + EVIDENCE_VERSION
    }

    fn start(&self, dataset: &DatasetName, version: &str) -> Box<dyn SegmentWriter> {
        Box::new(Writer(SegmentBuilder::new(Description {
            dataset: dataset.clone(),
            version: version.to_owned(),
        })))
    }
}

impl SegmentWriter for Writer {
    fn push(&mut self, entity: &Entity) -> Result<(), SegmentError> {
        let entity = index_entity(entity, self.0.dataset())?;
        Ok(self.0.push(&entity)?)
    }

    fn write(self: Box<Self>, path: &Path) -> Result<(String, u64), SegmentError> {
        let built = self.0.write(path)?;
        Ok((built.sha256, built.bytes))
    }
}

/// A file of `examples/`.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples")
        .join(name)
}

/// Entities as a file in the form of FollowTheMoney.
pub(crate) fn ftm(folder: &Path, name: &str, entities: &[Value]) -> PathBuf {
    let path = folder.join(format!("{name}.ftm.json"));
    let lines: Vec<String> = entities.iter().map(Value::to_string).collect();
    std::fs::write(&path, lines.join("\n")).expect("a file");
    path
}

/// What a server is started with.
pub(crate) struct Start {
    /// Files to import: list, file, day of publication.
    pub(crate) files: Vec<(String, PathBuf, &'static str)>,
    /// Settings; host and port are those of a test.
    pub(crate) config: Config,
}

impl Default for Start {
    fn default() -> Start {
        Start {
            files: vec![(
                "example_watchlist".to_owned(),
                example("watchlist.ftm.json"),
                "2024-05-16",
            )],
            config: Config {
                open: true,
                ..Config::default()
            },
        }
    }
}

/// Imports files and serves them.
pub(crate) fn start(start: Start) -> Running {
    start_with(start, async |_| {})
}

/// The same, with whatever else the store is to hold.
pub(crate) fn start_with(start: Start, furnish: impl AsyncFnOnce(&Desk)) -> Running {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads");
    let folder = tempfile::tempdir().expect("a folder");
    let config = Config {
        port: 0,
        ..start.config
    };
    let address = runtime.block_on(async {
        let desk = Desk::open_with(folder.path(), Arc::new(Segments))
            .await
            .expect("a desk");
        for (list, file, day) in start.files {
            import(&desk, &list, file, day).await;
        }
        desk.refresh_clusters(&NoProgress).await.expect("clusters");
        furnish(&desk).await;
        let policy = Policy::shipped().expect("the shipped policy");
        let app = App::open(desk, policy, config).await.expect("an app");
        let server = Server::bind(app).await.expect("a port");
        let address = server.address();
        tokio::spawn(server.run(std::future::pending()));
        address
    });
    Running {
        address: format!("http://{address}"),
        _runtime: runtime,
        _folder: folder,
    }
}

async fn import(desk: &Desk, list: &str, file: PathBuf, day: &str) {
    let import = Import {
        files: vec![Input::path(file)],
        dataset: Some(DatasetName::new(list).expect("a name")),
        published: Some(day.to_owned()),
        accept: Some("a test needs it".to_owned()),
        actor: "test".to_owned(),
        ..Import::default()
    };
    desk.import(import, &NoProgress).await.expect("an import");
}

/// A server on the example list, shared by the tests that only ask.
pub(crate) fn examples() -> &'static Running {
    static RUNNING: OnceLock<Running> = OnceLock::new();
    RUNNING.get_or_init(|| start(Start::default()))
}

impl Running {
    /// Asks for a path with its query.
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.get_with(path, &[])
    }

    /// The same, with headers.
    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = agent().get(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        reply(request.call().expect("an answer"))
    }

    /// What comes over the wire for a path and headers, head and body.
    pub(crate) fn get_raw(&self, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
        let address = self.address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("a connection");
        let mut request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        answer
    }

    /// Posts JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_as(path, Some("application/json"), &body.to_string())
    }

    /// Posts a body of some type, or of none.
    pub(crate) fn post_as(&self, path: &str, kind: Option<&str>, body: &str) -> Reply {
        self.post_with(path, kind, body, &[])
    }

    /// The same, with headers.
    pub(crate) fn post_with(
        &self,
        path: &str,
        kind: Option<&str>,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = agent().post(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        reply(request.send(body.as_bytes()).expect("an answer"))
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .into()
}

fn reply(mut response: ureq::http::Response<ureq::Body>) -> Reply {
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect();
    Reply {
        status: response.status().as_u16(),
        headers,
        body: response.body_mut().read_to_string().expect("a text"),
    }
}
