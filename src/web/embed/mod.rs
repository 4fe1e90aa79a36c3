//! The embedded comment section: the script and style of the host page, the thread it shows, the frame
//! people write in, and the same thread as a page for readers without scripts (`B/embed.js`, `B/embed/…`,
//! `B/?p=ID`). Called by the router.
//!
//! Reading stands in the host page, writing in a frame of this server's own origin, so scripts of the
//! host page never see what is typed or who is logged in. How the two talk is written down at the head
//! of `embed.js`.

pub mod view;
