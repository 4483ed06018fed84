//! `cargo xtask serve`: the app on http://127.0.0.1:8080, rebuilt when a file changes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::run::{Outcome, command, step, time};
use crate::tools;

const ADDRESS: &str = "127.0.0.1:8080";

pub fn serve() -> Outcome {
    let start = Instant::now();
    if TcpStream::connect(ADDRESS).is_ok() {
        return Err(format!("something already serves on http://{ADDRESS}; stop it first"));
    }
    tools::wasm_target()?;
    tools::wasm_opt()?;
    tools::wasm_bindgen()?;
    let trunk = tools::trunk()?;

    println!("\n── Building the app (the first build usually takes 2 min, later ones seconds)");
    let mut child = command(trunk)
        .args(["serve", "--offline"])
        .env("PATH", tools::path())
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| format!("trunk did not start: {error}"))?;
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("trunk ended with {status}"));
        }
        if answers() {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    step("The page answers", "", || Ok(()))?;
    println!("\nWeft is on http://{ADDRESS} after {}. Ctrl+C ends it; saving a file rebuilds it.\n", time(start.elapsed()));
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("trunk ended with {status}")) }
}

/// Whether the page and its program are there.
fn answers() -> bool {
    let Ok(mut stream) = TcpStream::connect(ADDRESS) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    if stream.write_all(format!("GET /weft-app_bg.wasm HTTP/1.0\r\nHost: {ADDRESS}\r\n\r\n").as_bytes()).is_err() {
        return false;
    }
    let mut head = [0u8; 512];
    let read = stream.read(&mut head).unwrap_or(0);
    let head = String::from_utf8_lossy(&head[..read]).to_lowercase();
    head.starts_with("http/1.") && head.contains(" 200 ") && head.contains("application/wasm")
}
