//! tmp
use kernel::view::Logs;
use scene::Scene;
pub fn draw(_: &Logs, width: f64) -> Scene {
    Scene::new(width, 10.0)
}
