//! STUB
use crate::{
    app::App,
    error::Result,
    model::{account::Actor, site::Site},
};
pub async fn set_site_option(app: &App, _a: &Actor, site: &Site, name: &str, value: &str) -> Result<()> {
    let v = crate::model::options::spec(name).unwrap().clean(value).unwrap();
    let (id, n) = (site.id, name.to_owned());
    app.db.write(async move |tx| crate::store::sites::set_option(tx, id, &n, &v).await).await
}
pub fn current(site: &Site, name: &str) -> Result<String> {
    Ok(site.stored_options.get(name).cloned().unwrap_or_default())
}
