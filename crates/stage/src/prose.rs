//! tmp
use scene::Scene;
pub fn draw(_: &str, _: &str, width: f64) -> Scene {
    Scene::new(width, 10.0)
}
