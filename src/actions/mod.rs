//! What may be done: one file for each verb, with its rules, its transaction, its audit entry and the jobs
//! that follow. Ways in call these and word the answers; these call the store and the ways out. Nothing
//! here knows HTTP's requests, HTML or XML.

pub mod add_account;
pub mod add_post;
pub mod add_site;
pub mod application_passwords;
pub mod ask_provider;
pub mod authenticate;
pub mod avatars;
pub mod begin_log_in;
pub mod begin_session;
pub mod complete_log_in;
pub mod create_comment;
pub mod current_actor;
pub mod discover_post;
pub mod edit_comment;
pub mod empty_comments;
pub mod fetch_avatar;
pub mod find_avatar;
pub mod find_post;
pub mod first_start;
pub mod handle_dead_job;
pub mod log_in_identity;
pub mod moderate_by_link;
pub mod moderate_comments;
mod new_password;
pub mod notify;
pub mod offered_providers;
pub mod own_sessions;
pub mod receive_linkback;
pub mod repair;
pub mod request_discovery;
pub mod send_mail;
pub mod send_test_mail;
pub mod set_member;
pub mod set_password;
pub mod set_post_status;
pub mod set_profile;
pub mod set_site_option;
pub mod set_up;
pub mod sign_in;
pub mod sign_out;
pub mod submit_comment;
pub mod subscriptions;
pub mod tidy_up;
pub mod verify_linkback;
