//! What may be done: one file for each verb, with its rules, its one transaction and its audit entry.
//! The ways in call these and word the answers; nothing here knows HTTP, HTML or XML.

pub mod add_account;
pub mod current_actor;
pub mod edit_comment;
pub mod empty_comments;
pub mod handle_dead_job;
pub mod moderate_comments;
pub mod set_member;
pub mod set_password;
pub mod set_post_status;
pub mod set_profile;
pub mod set_site_option;
pub mod set_up;
pub mod sign_in;
pub mod sign_out;
