//! What may be done: one file for each verb. Rules, transactions, and the jobs that follow. Ways in call
//! these; these call the store and the ways out.

pub mod add_account;
pub mod add_post;
pub mod add_site;
pub mod find_post;
pub mod first_start;
pub mod receive_pingback;
pub mod set_post_status;
pub mod set_site_option;
pub mod set_up;
pub mod submit_comment;
