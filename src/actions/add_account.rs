//! STUB
use crate::{
    app::App,
    error::Result,
    model::{account::Actor, ids::AccountId, role::Role, site::Site},
};
pub struct NewMember {
    pub login: String,
    pub email: String,
    pub password: String,
    pub role: Role,
}
pub async fn add_account(_app: &App, _a: &Actor, _site: &Site, _n: NewMember) -> Result<AccountId> {
    Ok(AccountId(0))
}
pub async fn set_password(_app: &App, _a: &Actor, _l: &str, _p: String) -> Result<()> {
    Ok(())
}
