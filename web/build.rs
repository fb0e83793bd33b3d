//! Says whether the page, or the search, is built in parts: `cargo xtask build` asks for it, and takes the finished module apart.

fn main() {
    println!("cargo::rerun-if-env-changed=BIVALENT_PARTS");
    println!("cargo::rustc-check-cfg=cfg(in_parts)");
    if std::env::var_os("BIVALENT_PARTS").is_some() {
        println!("cargo::rustc-cfg=in_parts");
        // By its relocations the splitter sees what uses what.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
