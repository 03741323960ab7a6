//! A publisher that answers as it is told, well or badly, on this machine.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One answer.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Status line, headers and body, as they go over the wire; `Content-Length` is put in.
    Whole(u16, Vec<(String, String)>, Vec<u8>),
    /// The same, with a `Content-Length` of one's own: the connection ends with the body.
    Cut(u64, Vec<u8>),
    /// A byte at a time, with a wait after each.
    Drip(Vec<u8>, Duration),
    /// Bytes without an end.
    Endless(Vec<u8>),
    /// The connection ends without a word.
    Hang,
}

/// 200 with a body and headers.
pub(crate) fn ok(headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
    status(200, headers, body)
}

/// Any status.
pub(crate) fn status(code: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Answer::Whole(code, headers, body.into())
}

/// A question as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: HashMap<String, String>,
}

#[derive(Default)]
struct Shared {
    /// Answers by path; the last one stays.
    answers: HashMap<String, VecDeque<Answer>>,
    asked: Vec<Asked>,
    /// A program that does not name itself so is told 403.
    agent: Option<String>,
}

/// The server. Its thread ends with the test program.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

impl Server {
    pub(crate) fn start() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Mutex::new(Shared::default()));
        let seen = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = Arc::clone(&seen);
                std::thread::spawn(move || serve(&stream, &seen));
            }
        });
        Server { address, shared }
    }

    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers a path so from now on: one after the other, the last one again and again.
    pub(crate) fn answers(&self, path: &str, answers: impl IntoIterator<Item = Answer>) {
        let answers = answers.into_iter().collect();
        let mut shared = self.shared.lock().expect("no panic");
        shared.answers.insert(path.to_owned(), answers);
    }

    /// Answers 403 to every program that does not begin its name so.
    pub(crate) fn only_for(&self, agent: &str) {
        self.shared.lock().expect("no panic").agent = Some(agent.to_owned());
    }

    /// The questions since the last call.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.shared.lock().expect("no panic").asked)
    }
}

fn serve(stream: &TcpStream, shared: &Mutex<Shared>) {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    if reader.read_line(&mut first).is_err() {
        return;
    }
    let path = first.split(' ').nth(1).unwrap_or("/").to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) if line.trim().is_empty() => break,
            Ok(_) => {}
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let answer = {
        let mut shared = shared.lock().expect("no panic");
        let agent = headers.get("user-agent").cloned().unwrap_or_default();
        let stranger = shared.agent.as_ref().is_some_and(|a| !agent.starts_with(a));
        shared.asked.push(Asked {
            path: path.clone(),
            headers,
        });
        let plain = path.split('?').next().unwrap_or(&path).to_owned();
        match shared.answers.get_mut(&plain) {
            _ if stranger => status(403, &[], "who are you?"),
            None => status(404, &[], "not here"),
            Some(answers) if answers.len() > 1 => answers.pop_front().expect("an answer"),
            Some(answers) => answers.front().cloned().expect("an answer"),
        }
    };
    // A client that leaves early is part of the tests.
    let _ = send(stream, answer);
}

fn send(mut stream: &TcpStream, answer: Answer) -> std::io::Result<()> {
    match answer {
        Answer::Whole(code, headers, body) => {
            let mut head = format!("HTTP/1.1 {code} Said\r\nConnection: close\r\n");
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            if code != 304 {
                head.push_str(&format!("cOnTeNt-LeNgTh: {}\r\n", body.len()));
            }
            stream.write_all(head.as_bytes())?;
            stream.write_all(b"\r\n")?;
            stream.write_all(&body)
        }
        Answer::Cut(length, body) => {
            let head =
                format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
            stream.write_all(head.as_bytes())?;
            stream.write_all(&body)
        }
        Answer::Drip(body, wait) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes())?;
            for byte in body {
                stream.write_all(&[byte])?;
                stream.flush()?;
                std::thread::sleep(wait);
            }
            Ok(())
        }
        Answer::Endless(part) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                stream.write_all(&part)?;
            }
        }
        Answer::Hang => Ok(()),
    }
}
