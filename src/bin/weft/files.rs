//! Files and the standard streams.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use weft::engine::report::Report;
use weft::io::{LoadError, Loaded, MAX_BYTES, load};

use crate::Failure;

/// The name that stands for standard input (and, after `-o`, for standard output).
pub const STANDARD: &str = "-";

/// A file's name as sentences have it.
pub fn shown(path: &str) -> &str {
    if path == STANDARD { "standard input" } else { path }
}

/// One line on standard error.
pub fn tell(sentence: &str) {
    // Nobody is left to be told when standard error is closed.
    let _ = writeln!(io::stderr(), "weft: {sentence}");
}

/// The text of a file, or of standard input for `-`.
pub fn read(path: &str) -> Result<String, Failure> {
    read_up_to(path, MAX_BYTES)
}

/// As [`read`], with a limit in bytes.
pub fn read_up_to(path: &str, most: usize) -> Result<String, Failure> {
    let name = shown(path);
    let mut bytes = Vec::new();
    let limit = most as u64 + 1;
    let outcome = if path == STANDARD {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Failure::new(format!("{name}: there is no such file; check the name and the folder"))),
        Err(error) if error.kind() == ErrorKind::IsADirectory => return Err(Failure::new(format!("{name}: this is a folder; name a file in it"))),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(Failure::new(format!("{name}: may not be read; check its permissions"))),
        Err(error) => return Err(Failure::new(format!("{name}: could not be read ({error}); try again or copy it elsewhere"))),
        Ok(_) => {}
    }
    if bytes.len() > most {
        return Err(Failure::new(format!("{name}: it is larger than {} MB, the most that is read of such a file; split it", most / 1_000_000)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        Failure::new(format!("{name}:{line}: this is not UTF-8 text; save it as UTF-8 or check that it is the right file"))
    })
}

/// A design and the text it was read from.
pub struct Opened {
    /// The design with what had to be done to open it.
    pub loaded: Loaded,
    /// The text, for line numbers.
    pub text: String,
}

/// Opens a design; tells on standard error what had to be repaired.
pub fn open(path: &str) -> Result<Opened, Failure> {
    let text = read(path)?;
    let loaded = load(&text).map_err(|error| unreadable(path, &error))?;
    for repair in &loaded.repairs {
        tell(&format!("{}: repaired: {repair}", shown(path)));
    }
    if let Some(reason) = &loaded.read_only {
        tell(&format!("{}: {reason}", shown(path)));
    }
    Ok(Opened { loaded, text })
}

/// The sentence for a file that is no design.
pub fn unreadable(path: &str, error: &LoadError) -> Failure {
    Failure::new(format!("{}: {}", place(path, error.line, error.column), error.message))
}

/// `file`, `file:line` or `file:line:column`.
pub fn place(path: &str, line: Option<usize>, column: Option<usize>) -> String {
    let mut place = shown(path).to_owned();
    for number in line.into_iter().chain(line.and(column)) {
        place.push(':');
        place.push_str(&number.to_string());
    }
    place
}

/// Refuses standard input given twice: it can be read once only.
pub fn once(paths: &[&str]) -> Result<(), Failure> {
    if paths.iter().filter(|path| **path == STANDARD).count() > 1 {
        return Err(Failure::new("standard input (-) can be read once only; name a file for the other"));
    }
    Ok(())
}

/// Writes an answer to standard output, or to a file.
pub fn write(out: Option<&Path>, text: &str) -> Result<(), Failure> {
    write_bytes(out, text.as_bytes())
}

/// [`write`] for what is no text.
pub fn write_bytes(out: Option<&Path>, bytes: &[u8]) -> Result<(), Failure> {
    let Some(path) = out.filter(|path| path.as_os_str() != STANDARD) else {
        let mut stdout = io::stdout().lock();
        return match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            // `weft ... | head` closes the pipe when it has enough; that is no failure.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(format!("standard output: could not be written ({error})"))),
            _ => Ok(()),
        };
    };
    std::fs::write(path, bytes)
        .map_err(|error| Failure::new(format!("{}: could not be written ({error}); check the folder and its permissions", path.display())))
}

/// [`write`] to standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    write(None, text)
}

/// A report as a JSON value, to be put into a larger document.
pub fn report_value(report: &Report) -> serde_json::Value {
    serde_json::from_str(&report.to_json()).unwrap_or_default()
}
