//! What the benches have in common: a table, a clock and a printer.

/// The middle one.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Rows of what was measured, how much it is, and what it should be.
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 3]>);

impl Table {
    pub(crate) fn add(&mut self, what: &str, value: &str, target: &str) {
        self.0.push([what, value, target].map(str::to_owned));
    }

    pub(crate) fn check(&mut self, what: &str, value: f64, unit: &str, most: f64) {
        let verdict = if value <= most { "reached" } else { "MISSED" };
        self.add(what, &format!("{value:.2}{unit}"), &format!("at most {most}{unit}: {verdict}"));
    }

    pub(crate) fn text(&self) -> String {
        let row = |[what, value, target]: &[String; 3]| {
            format!("{what:<38} {value:>26}   {target}").trim_end().to_owned()
        };
        self.0.iter().map(row).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod host {
    //! The machine's own clock and printer.

    use std::sync::OnceLock;
    use std::time::Instant;

    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    pub(crate) fn seconds() -> f64 {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed().as_secs_f64()
    }

    /// The most memory that this process ever had; not a number where the system does not say.
    pub(crate) fn peak_bytes() -> f64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
        kilobytes.map_or(f64::NAN, |kilobytes| kilobytes * 1024.0)
    }

    pub(crate) fn print(text: &str) {
        println!("{text}");
    }
}

#[cfg(target_arch = "wasm32")]
pub(crate) mod host {
    //! JavaScript's clock and printer.

    use js_sys::{ArrayBuffer, Function, Reflect, WebAssembly::Memory};
    use wasm_bindgen::{JsCast, JsValue};

    pub(crate) fn seconds() -> f64 {
        call("performance", "now", &[]).as_f64().expect("a time is a number") / 1000.0
    }

    /// A WebAssembly memory never shrinks: its size is its peak.
    pub(crate) fn peak_bytes() -> f64 {
        let memory: Memory = wasm_bindgen::memory().unchecked_into();
        let buffer: ArrayBuffer = memory.buffer().unchecked_into();
        f64::from(buffer.byte_length())
    }

    pub(crate) fn print(text: &str) {
        call("console", "log", &[JsValue::from_str(text)]);
    }

    fn call(object: &str, method: &str, arguments: &[JsValue]) -> JsValue {
        let object = Reflect::get(&js_sys::global(), &object.into()).expect("Node.js and browsers have it");
        let function = Reflect::get(&object, &method.into()).expect("Node.js and browsers have it");
        let function: Function = function.unchecked_into();
        Reflect::apply(&function, &object, &arguments.iter().collect()).expect("it takes these arguments")
    }
}
