//! A small static server for `dist/`: what any static host does, on this machine.

use crate::{
    page::{self, Profile},
    shell::{Failure, Shell},
};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Component, Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

const USUAL_PORT: u16 = 8080;
/// Longer requests are refused: a browser's is a few hundred bytes.
const REQUEST_BYTES_MAX: u64 = 16 * 1024;

pub(crate) fn run(shell: &Shell, port: Option<u16>, open: bool, profile: Profile) -> Result<(), Failure> {
    page::run(shell, profile)?;
    let listener = listen(port)?;
    let address = listener.local_addr().map_err(|error| Failure::Task(format!("No address: {error}.")))?;
    let url = format!("http://{address}/");
    println!("The page is at {url} (Ctrl-C ends it).");
    if open {
        open_browser(shell, &url);
    }
    let folder: Arc<Path> = shell.root.join("dist").into();
    for stream in listener.incoming().flatten() {
        let folder = Arc::clone(&folder);
        // A reader who hangs up early is no failure of the server.
        std::thread::spawn(move || answer(stream, &folder));
    }
    Ok(())
}

/// The port asked for, and no other; without one the usual port, or any that is free.
fn listen(port: Option<u16>) -> Result<TcpListener, Failure> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    match port {
        Some(port) => bind(port),
        None => bind(USUAL_PORT).or_else(|_| bind(0)),
    }
    .map_err(|error| match port {
        Some(port) => Failure::Task(format!("Port {port} cannot be used: {error}.")),
        None => Failure::Task(format!("No port can be used: {error}.")),
    })
}

fn open_browser(shell: &Shell, url: &str) {
    let has_screen = cfg!(target_os = "macos")
        || cfg!(target_os = "windows")
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let opener = ["xdg-open", "open", "explorer"].into_iter().find(|program| shell.find(program).is_some());
    if let (true, Some(opener)) = (has_screen, opener) {
        // Not every machine's opener works; the address stands on the terminal anyway.
        let _ = shell.command(opener).arg(url).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    }
}

fn answer(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut request = String::new();
    let mut lines = BufReader::new((&stream).take(REQUEST_BYTES_MAX));
    lines.read_line(&mut request)?;
    // The rest of the request says nothing that matters, but must be read before the answer.
    let mut header = String::from("-");
    while !header.trim().is_empty() {
        header.clear();
        lines.read_line(&mut header)?;
    }
    stream.write_all(&respond(&request, folder))?;
    stream.flush()
}

fn respond(request: &str, folder: &Path) -> Vec<u8> {
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    if method != "GET" && method != "HEAD" {
        return response("405 Method Not Allowed", "text/plain", b"Only GET and HEAD.\n", true);
    }
    let file = locate(target).map(|path| folder.join(path));
    match file.and_then(|path| std::fs::read(&path).ok().map(|body| (path, body))) {
        Some((path, body)) => response("200 OK", content_type(&path), &body, method == "GET"),
        None => response("404 Not Found", "text/plain", b"There is no such file.\n", method == "GET"),
    }
}

fn response(status: &str, content_type: &str, body: &[u8], with_body: bool) -> Vec<u8> {
    // `no-cache`: a rebuilt page shows at the next reload. The open origin lets a sandboxed frame load the page.
    let mut answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
         Access-Control-Allow-Origin: *\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    if with_body {
        answer.extend_from_slice(body);
    }
    answer
}

/// The file below the served folder that a request means; nothing outside of it can be meant.
fn locate(target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next().unwrap_or("");
    let path = percent_decode(path.strip_prefix('/')?)?;
    let path = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path };
    let path = PathBuf::from(path);
    path.components().all(|component| matches!(component, Component::Normal(_))).then_some(path)
}

fn percent_decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            decoded.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_means_a_file_below_the_folder() {
        assert_eq!(locate("/"), Some("index.html".into()));
        assert_eq!(locate("/?embed"), Some("index.html".into()));
        assert_eq!(locate("/figures/raft%20ring.svg?v=1"), Some("figures/raft ring.svg".into()));
        for outside in
            ["", "*", "/../Cargo.toml", "/a/../../b", "/%2e%2e/b", "//etc/passwd", "/%", "/%zz", "/%ff"]
        {
            assert_eq!(locate(outside), None, "{outside}");
        }
    }

    #[test]
    fn answers_have_a_status_and_a_length() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let found = text(respond("GET /Cargo.toml HTTP/1.1\r\n", folder));
        assert!(found.starts_with("HTTP/1.1 200 OK\r\n"), "{found}");
        assert!(found.contains("[package]"));
        assert!(!text(respond("HEAD /Cargo.toml HTTP/1.1\r\n", folder)).contains("[package]"));
        assert!(text(respond("GET /none HTTP/1.1\r\n", folder)).starts_with("HTTP/1.1 404"));
        assert!(text(respond("POST / HTTP/1.1\r\n", folder)).starts_with("HTTP/1.1 405"));
        assert!(text(respond("", folder)).starts_with("HTTP/1.1 405"));
    }

    #[test]
    fn a_page_travels_over_a_real_connection() {
        let listener = listen(Some(0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = std::thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a reader");
            answer(stream, Path::new(env!("CARGO_MANIFEST_DIR")))
        });
        let mut reader = TcpStream::connect(address).expect("the server listens");
        reader
            .write_all(b"GET /Cargo.toml HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .expect("the request is sent");
        let mut received = String::new();
        reader.read_to_string(&mut received).expect("the answer is text");
        assert!(received.contains("name = \"xtask\""), "{received}");
        server.join().expect("the server ends").expect("it answered");
    }

    fn text(answer: Vec<u8>) -> String {
        String::from_utf8(answer).expect("these answers are text")
    }
}
