//! A small static server for `dist/`: what any static host does, on this machine.

use crate::{
    page::{self, Profile},
    shell::{Failure, Shell},
};
use std::{
    fs::File,
    net::{Ipv4Addr, TcpListener},
    path::{Component, Path, PathBuf},
    process::Stdio,
    sync::Arc,
};
use tiny_http::{Header, Method, Request, Response, ResponseBox, Server};

const USUAL_PORT: u16 = 8080;

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
    for request in server(listener)?.incoming_requests() {
        let folder = Arc::clone(&folder);
        // A reader who hangs up early is no failure of the server.
        std::thread::spawn(move || answer(request, &folder));
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

fn server(listener: TcpListener) -> Result<Server, Failure> {
    Server::from_listener(listener, None)
        .map_err(|error| Failure::Task(format!("The page cannot be served: {error}.")))
}

fn answer(request: Request, folder: &Path) -> std::io::Result<()> {
    let response = respond(request.method(), request.url(), folder);
    request.respond(response)
}

fn respond(method: &Method, target: &str, folder: &Path) -> ResponseBox {
    if !matches!(method, Method::Get | Method::Head) {
        return told(405, "Only GET and HEAD.\n");
    }
    let file = locate(target).map(|path| folder.join(path));
    match file.and_then(|path| File::open(&path).ok().map(|file| (path, file))) {
        // A whole length for each answer: by it the page shows how much of it has come.
        Some((path, file)) if path.is_file() => {
            let response = Response::from_file(file).with_chunked_threshold(usize::MAX);
            with_headers(response.boxed(), content_type(&path))
        }
        _ => told(404, "There is no such file.\n"),
    }
}

fn told(status: u16, words: &str) -> ResponseBox {
    with_headers(Response::from_string(words).with_status_code(status).boxed(), "text/plain")
}

fn with_headers(response: ResponseBox, content_type: &str) -> ResponseBox {
    let headers = [
        ("Content-Type", content_type),
        // A rebuilt page shows at the next reload.
        ("Cache-Control", "no-cache"),
        // So that a sandboxed frame loads the page.
        ("Access-Control-Allow-Origin", "*"),
        ("X-Content-Type-Options", "nosniff"),
    ];
    headers.into_iter().fold(response, |response, (name, value)| {
        response.with_header(Header::from_bytes(name, value).expect("each of these is a header"))
    })
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
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };

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
    fn a_page_travels_over_a_real_connection() {
        let listener = listen(Some(0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = server(listener).expect("a server");
        std::thread::spawn(move || {
            for request in server.incoming_requests() {
                answer(request, Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the reader waits");
            }
        });
        let ask = |method: &str, target: &str| {
            let mut reader = TcpStream::connect(address).expect("the server listens");
            let request =
                format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            reader.write_all(request.as_bytes()).expect("the request is sent");
            let mut received = String::new();
            reader.read_to_string(&mut received).expect("the answer is text");
            received
        };
        let found = ask("GET", "/Cargo.toml");
        assert!(found.starts_with("HTTP/1.1 200") && found.contains("name = \"xtask\""), "{found}");
        let length = std::fs::metadata("Cargo.toml").expect("it is there").len();
        assert!(found.contains(&format!("\r\nContent-Length: {length}\r\n")), "{found}");
        assert!(found.contains("\r\nAccess-Control-Allow-Origin: *\r\n"), "{found}");
        let head = ask("HEAD", "/Cargo.toml");
        assert!(head.starts_with("HTTP/1.1 200") && !head.contains("[package]"), "{head}");
        assert!(ask("GET", "/none").starts_with("HTTP/1.1 404"));
        assert!(ask("GET", "/src/").starts_with("HTTP/1.1 404"), "a folder without a page");
        assert!(ask("GET", "/src").starts_with("HTTP/1.1 404"), "a folder is no file");
        assert!(ask("POST", "/").starts_with("HTTP/1.1 405"));
    }
}
