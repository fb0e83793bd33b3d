//! tmp
use kernel::view::Table;
use scene::Scene;
pub fn draw(_: &Table, width: f64) -> Scene {
    Scene::new(width, 10.0)
}
