//! STUB
use crate::{
    app::App,
    error::Result,
    model::{account::Actor, ids::PostId, site::Site},
};
#[derive(Clone, Copy)]
pub enum Switch {
    C,
    P,
}
impl Switch {
    pub fn parse(t: &str) -> Option<Self> {
        match t {
            "comment_status" => Some(Self::C),
            "ping_status" => Some(Self::P),
            _ => None,
        }
    }
}
pub async fn set_post_status(app: &App, _a: &Actor, site: &Site, post: PostId, s: Switch, open: bool) -> Result<()> {
    let id = site.id;
    app.db
        .write(async move |tx| {
            match s {
                Switch::C => crate::store::posts::set_comment_status(tx, id, post, open).await,
                Switch::P => crate::store::posts::set_ping_status(tx, id, post, open).await,
            }
            .map(|_| ())
        })
        .await
}
