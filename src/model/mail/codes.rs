//! The mails that prove an address (`model/mailed_code`). They go to an address that somebody typed, so they hold
//! nothing that this somebody wrote: no name, no text, no link of theirs.

use std::time::Duration;

use super::Words;

/// What such a mail is made of.
#[derive(Clone, Copy, Debug)]
pub struct Coded<'a> {
    /// The blog's title.
    pub blog: &'a str,
    /// The code.
    pub code: &'a str,
    /// The link's address.
    pub page: &'a str,
    /// How long both work.
    pub lasts: Duration,
}

/// To log in.
pub fn log_in(coded: &Coded<'_>) -> Words {
    let Coded { blog, page, .. } = coded;
    let body = format!(
        "Somebody, probably you, wants to log in on {blog} with this address.\n\n\
         Your code: {}\n\n\
         Type it into the window that waits for it. Or open this page in the same browser:\n{page}\n\n\
         {}",
        spaced(coded.code),
        ending(coded.lasts)
    );
    Words { subject: format!("[{blog}] Your code to log in"), body }
}

/// To stand to a comment.
pub fn comment(coded: &Coded<'_>) -> Words {
    let Coded { blog, page, .. } = coded;
    let body = format!(
        "Somebody, probably you, commented on {blog} with this address. The comment waits until you confirm it.\n\n\
         Your code: {}\n\n\
         Type it where you wrote the comment. Or open this page and press Confirm:\n{page}\n\n\
         Both work once, for {}. If it was not you, do nothing: the comment is deleted then, and nobody sees it.\n",
        spaced(coded.code),
        in_words(coded.lasts)
    );
    Words { subject: format!("[{blog}] Please confirm your comment"), body }
}

/// To make an account.
pub fn register(coded: &Coded<'_>) -> Words {
    let Coded { blog, page, .. } = coded;
    let body = format!(
        "Somebody, probably you, wants to make an account on {blog} with this address.\n\n\
         Your code: {}\n\n\
         Type it into the window that waits for it. Or open this page in the same browser:\n{page}\n\n\
         Both work once, for {}. Give the code to nobody. If it was not you, do nothing: no account is made.\n",
        spaced(coded.code),
        in_words(coded.lasts)
    );
    Words { subject: format!("[{blog}] Your code to register"), body }
}

/// In its place, where there is an account already.
pub fn registered(blog: &str, log_in: &str) -> Words {
    let body = format!(
        "Somebody, probably you, wants to make an account on {blog} with this address. It has one already.\n\n\
         Log in with it, or set a new password if you lost yours:\n{log_in}\n\n\
         If it was not you, do nothing: nothing was changed.\n"
    );
    Words { subject: format!("[{blog}] You have an account"), body }
}

/// To set a lost password anew.
pub fn reset(coded: &Coded<'_>, login: &str) -> Words {
    let Coded { blog, page, .. } = coded;
    let body = format!(
        "Somebody, probably you, asked for a new password for this account on {blog}.\n\n\
         Username: {login}\n\n\
         To set one, open this page:\n{page}\n\n\
         It works once, for {}. If it was not you, do nothing: your password stays as it is.\n",
        in_words(coded.lasts)
    );
    Words { subject: format!("[{blog}] Set a new password"), body }
}

/// That it was set.
pub fn password_changed(blog: &str, login: &str, lost: &str) -> Words {
    let body = format!(
        "The password of this account on {blog} was changed, by a link that was mailed to this address.\n\n\
         Username: {login}\n\n\
         It was logged out everywhere. Passwords of programs (application passwords) stay as they are.\n\n\
         If it was not you, set another one now, and look after your mailbox:\n{lost}\n"
    );
    Words { subject: format!("[{blog}] Your password was changed"), body }
}

/// Easier to read over: `123 456`.
fn spaced(code: &str) -> String {
    code.split_at_checked(3).map_or_else(|| code.to_owned(), |(first, rest)| format!("{first} {rest}"))
}

fn ending(lasts: Duration) -> String {
    format!(
        "Both work once, for {}. Give the code to nobody. If it was not you, do nothing: without it nobody gets in.\n",
        in_words(lasts)
    )
}

/// `15 minutes`, `1 hour`, `7 days`.
fn in_words(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    let (count, unit) = match minutes {
        0..60 => (minutes, "minute"),
        60..1_440 => (minutes / 60, "hour"),
        _ => (minutes / 1_440, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODED: Coded<'_> = Coded {
        blog: "The blog",
        code: "012345",
        page: "https://c.example/login/link?t=x",
        lasts: Duration::from_mins(15),
    };

    fn whole(words: &Words) -> String {
        format!("{}\n\n{}", words.subject, words.body)
    }

    #[test]
    fn a_code_to_log_in() {
        insta::assert_snapshot!(whole(&log_in(&CODED)), @r"
        [The blog] Your code to log in

        Somebody, probably you, wants to log in on The blog with this address.

        Your code: 012 345

        Type it into the window that waits for it. Or open this page in the same browser:
        https://c.example/login/link?t=x

        Both work once, for 15 minutes. Give the code to nobody. If it was not you, do nothing: without it nobody gets in.
        ");
    }

    #[test]
    fn every_mail_says_what_for_and_what_to_do_if_it_was_not_you() {
        let lost = "https://c.example/login/lost";
        for (words, subject) in [
            (log_in(&CODED), "[The blog] Your code to log in"),
            (comment(&CODED), "[The blog] Please confirm your comment"),
            (register(&CODED), "[The blog] Your code to register"),
            (registered("The blog", "https://c.example/login"), "[The blog] You have an account"),
            (reset(&CODED, "ann"), "[The blog] Set a new password"),
            (password_changed("The blog", "ann", lost), "[The blog] Your password was changed"),
        ] {
            assert_eq!(words.subject, subject);
            assert!(words.body.contains("If it was not you,") && words.body.ends_with('\n'), "{}", words.body);
            let has_code = words.body.contains("Your code: 012 345\n");
            assert_eq!(has_code, words.body.contains(CODED.page) && !words.body.contains("Username"), "{}", words.body);
        }
    }

    #[test]
    fn times_are_worded() {
        for (time, words) in [
            (Duration::from_mins(1), "1 minute"),
            (Duration::from_mins(15), "15 minutes"),
            (Duration::from_hours(1), "1 hour"),
            (Duration::from_hours(168), "7 days"),
        ] {
            assert_eq!(in_words(time), words);
        }
    }
}
