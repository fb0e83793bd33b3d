//! The machine's own clock and printer.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{peak_bytes, processor_seconds, seconds};
#[cfg(target_arch = "wasm32")]
pub(crate) use web::{peak_bytes, print, seconds, wants_large};

#[cfg(not(target_arch = "wasm32"))]
mod native {
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

    /// How long this process has had a processor, with all its threads; not a number where the system does not say.
    pub(crate) fn processor_seconds() -> f64 {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // The name of the program stands in brackets and may hold anything.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let mut ticks = fields.skip(11).map(|field| field.parse::<f64>().unwrap_or(f64::NAN));
        match (ticks.next(), ticks.next()) {
            (Some(user), Some(system)) => (user + system) / 100.0,
            _ => f64::NAN,
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod web {
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

    /// Whether the page asks for the searches that take long.
    pub(crate) fn wants_large() -> bool {
        Reflect::get(&js_sys::global(), &"large".into()).is_ok_and(|large| large.is_truthy())
    }

    fn call(object: &str, method: &str, arguments: &[JsValue]) -> JsValue {
        let object = Reflect::get(&js_sys::global(), &object.into()).expect("browsers have it");
        let function = Reflect::get(&object, &method.into()).expect("browsers have it");
        let function: Function = function.unchecked_into();
        Reflect::apply(&function, &object, &arguments.iter().collect()).expect("it takes these arguments")
    }
}
