//! STUB
pub async fn offer(_app: &crate::app::App) -> crate::error::Result<Option<String>> {
    Ok(None)
}
