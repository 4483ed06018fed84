//! The wasm binary. One file, two roles: with a window it is the page, without one it is the engine's worker.

fn main() {
    weft::app::start(weft::embed::automation::expose);
}
