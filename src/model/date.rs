//! Dates as text: in a site's own format and zone for readers, and in the forms that machines write and
//! read. Called by the ways in when they show, send or take a time.

use std::fmt::{self, Write as _};

use jiff::ZonedDateTime;
use jiff::tz::{Offset, TimeZone};

use crate::model::time::Timestamp;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `at` in the zone of this IANA name, by a format of PHP's date letters, as the options `date_format`
/// and `time_format` have them. A letter that means nothing stands for itself, as does any after a
/// backslash. A zone that is not known is UTC.
pub fn display(at: Timestamp, format: &str, timezone: &str) -> String {
    let at = zoned(at, timezone);
    let mut out = String::with_capacity(format.len() * 2);
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next()),
            _ => push_letter(&mut out, letter, &at),
        }
    }
    out
}

/// `at` in the zone of this name as RFC 3339 with a numeric offset, for `<time datetime>` and feeds:
/// `2026-03-01T12:00:00+01:00`.
pub fn machine(at: Timestamp, timezone: &str) -> String {
    display(at, "c", timezone)
}

/// `at` in UTC as WordPress's `comment_date_gmt` and exports write it: `2026-03-01 11:00:00`.
pub fn gmt(at: Timestamp) -> String {
    display(at, "Y-m-d H:i:s", "UTC")
}

/// `at` in the zone of this name as WordPress's REST API writes it, without an offset: `2026-03-01T12:00:00`.
pub fn rest(at: Timestamp, timezone: &str) -> String {
    display(at, "Y-m-d\\TH:i:s", timezone)
}

/// How far the zone of this name is from UTC at that time, in hours, as WordPress's `gmt_offset`: `5.75`.
pub fn gmt_offset(at: Timestamp, timezone: &str) -> String {
    let seconds = zoned(at, timezone).offset().seconds();
    (f64::from(seconds) / 3_600.0).to_string()
}

/// The time that a text like `2026-03-01T12:00:00` or `2026-03-01 12:00:00.5+02:00` names: RFC 3339, and
/// without its offset a time in the zone of this name (WP 7.1 comments §8.3, §8.6). `None` for anything else.
pub fn read(text: &str, timezone: &str) -> Option<Timestamp> {
    const STAMP_BYTES: usize = 19;
    let (stamp, rest) = text.split_at_checked(STAMP_BYTES)?;
    let fits = stamp.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        10 => matches!(byte, b'T' | b't' | b' '),
        13 | 16 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let civil: jiff::civil::DateTime = stamp.replace(['t', ' '], "T").parse().ok().filter(|_| fits)?;
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    if rest.starts_with('.') && rest.len() - offset.len() < 2 {
        return None;
    }
    let zone = match offset {
        "" => TimeZone::get(timezone).unwrap_or(TimeZone::UTC),
        "Z" | "z" => TimeZone::UTC,
        offset => TimeZone::fixed(read_offset(offset)?),
    };
    Some(Timestamp(civil.to_zoned_datetime(zone).ok()?.timestamp().as_millisecond()))
}

/// `+02:00` or `+02`.
fn read_offset(text: &str) -> Option<Offset> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text[1..].split_once(':').unwrap_or((&text[1..], "00"));
    let number = |digits: &str| {
        let is_number = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| digits.parse::<i32>().ok()).flatten()
    };
    Offset::from_seconds(sign * (number(hours)? * 3_600 + number(minutes)? * 60)).ok()
}

/// `at` as HTTP has it: `Sun, 01 Mar 2026 11:00:00 GMT` (RFC 9110 §5.6.7).
pub fn http(at: Timestamp) -> String {
    display(at, "D, d M Y H:i:s \\G\\M\\T", "UTC")
}

/// Reads a date of HTTP in any of its three forms; `None` for what is none.
pub fn parse_http(text: &str) -> Option<Timestamp> {
    let at = httpdate::parse_http_date(text.trim()).ok()?;
    let since = at.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Timestamp(0).plus(since))
}

/// `at` as RSS has it (RFC 2822): `Sun, 01 Mar 2026 11:00:00 +0000`.
pub fn rfc2822(at: Timestamp) -> String {
    display(at, "D, d M Y H:i:s O", "UTC")
}

/// `at` as Atom has it (RFC 3339): `2026-03-01T11:00:00Z`.
pub fn rfc3339(at: Timestamp) -> String {
    display(at, "Y-m-d\\TH:i:s\\Z", "UTC")
}

/// Beyond the years that the calendar knows (-9999 to 9999) its last moment stands in.
fn zoned(at: Timestamp, timezone: &str) -> ZonedDateTime {
    let last = if at.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    let zone = TimeZone::get(timezone).unwrap_or(TimeZone::UTC);
    jiff::Timestamp::from_millisecond(at.0).unwrap_or(last).to_zoned_datetime(zone)
}

/// What one of PHP's date letters says.
fn push_letter(out: &mut String, letter: char, at: &ZonedDateTime) {
    let (day, month, hour) = (at.day(), at.month(), at.hour());
    let day_name = named(&DAYS, at.weekday().to_monday_one_offset());
    let month_name = named(&MONTHS, month);
    let half_day = if hour < 12 { ["am", "AM"] } else { ["pm", "PM"] };
    let hour_12 = if hour % 12 == 0 { 12 } else { hour % 12 };
    let written = match letter {
        'd' => write!(out, "{day:02}"),
        'D' => out.write_str(&day_name[..3]),
        'j' => write!(out, "{day}"),
        'l' => out.write_str(day_name),
        'S' => out.write_str(ordinal_suffix(day)),
        'N' => write!(out, "{}", at.weekday().to_monday_one_offset()),
        'F' => out.write_str(month_name),
        'M' => out.write_str(&month_name[..3]),
        'm' => write!(out, "{month:02}"),
        'n' => write!(out, "{month}"),
        'Y' => write!(out, "{:04}", at.year()),
        'y' => write!(out, "{:02}", at.year().rem_euclid(100)),
        'a' => out.write_str(half_day[0]),
        'A' => out.write_str(half_day[1]),
        'g' => write!(out, "{hour_12}"),
        'G' => write!(out, "{hour}"),
        'h' => write!(out, "{hour_12:02}"),
        'H' => write!(out, "{hour:02}"),
        'i' => write!(out, "{:02}", at.minute()),
        's' => write!(out, "{:02}", at.second()),
        'T' => out.write_str(at.time_zone().to_offset_info(at.timestamp()).abbreviation()),
        'e' => out.write_str(at.time_zone().iana_name().unwrap_or("UTC")),
        'P' => push_offset(out, at, ":"),
        'O' => push_offset(out, at, ""),
        'c' => write!(out, "{:04}-{month:02}-{day:02}T{hour:02}:{:02}:{:02}", at.year(), at.minute(), at.second())
            .and_then(|()| push_offset(out, at, ":")),
        'U' => write!(out, "{}", at.timestamp().as_second()),
        other => out.write_char(other),
    };
    debug_assert!(written.is_ok(), "a String takes everything");
}

/// `+02:00`, or with another separator. Seconds, which local times before 1972 have, are cut off as
/// PHP cuts them.
fn push_offset(out: &mut String, at: &ZonedDateTime, separator: &str) -> fmt::Result {
    let seconds = at.offset().seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    write!(out, "{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
}

/// The name of day or month `number`, which counts from 1.
fn named(names: &[&'static str], number: i8) -> &'static str {
    usize::try_from(number).ok().and_then(|n| names.get(n.checked_sub(1)?)).copied().unwrap_or_default()
}

fn ordinal_suffix(day: i8) -> &'static str {
    match day {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn a_zone_is_ahead_by_hours() {
        for (zone, winter, summer) in [
            ("UTC", "0", "0"),
            ("Europe/Berlin", "1", "2"),
            ("Asia/Kathmandu", "5.75", "5.75"),
            ("America/St_Johns", "-3.5", "-2.5"),
            ("Nowhere/Land", "0", "0"),
        ] {
            assert_eq!(gmt_offset(at("2026-01-01T00:00:00Z"), zone), winter, "{zone}");
            assert_eq!(gmt_offset(at("2026-07-01T00:00:00Z"), zone), summer, "{zone}");
        }
    }

    #[test]
    fn every_letter_means_what_php_means() {
        let afternoon = at("2026-03-01T15:04:05Z");
        let night = at("2024-12-31T00:30:00Z");
        for (letter, first, second) in [
            ("d", "01", "31"),
            ("D", "Sun", "Tue"),
            ("j", "1", "31"),
            ("l", "Sunday", "Tuesday"),
            ("S", "st", "st"),
            ("N", "7", "2"),
            ("F", "March", "December"),
            ("M", "Mar", "Dec"),
            ("m", "03", "12"),
            ("n", "3", "12"),
            ("Y", "2026", "2024"),
            ("y", "26", "24"),
            ("a", "pm", "am"),
            ("A", "PM", "AM"),
            ("g", "3", "12"),
            ("G", "15", "0"),
            ("h", "03", "12"),
            ("H", "15", "00"),
            ("i", "04", "30"),
            ("s", "05", "00"),
            ("T", "UTC", "UTC"),
            ("e", "UTC", "UTC"),
            ("P", "+00:00", "+00:00"),
            ("O", "+0000", "+0000"),
            ("c", "2026-03-01T15:04:05+00:00", "2024-12-31T00:30:00+00:00"),
            ("U", "1772377445", "1735605000"),
            ("x", "x", "x"),
        ] {
            assert_eq!(
                (display(afternoon, letter, "UTC"), display(night, letter, "UTC")),
                (first.into(), second.into()),
                "{letter}"
            );
        }
    }

    #[test]
    fn a_format_is_its_letters_and_what_stands_between() {
        let noon = at("2026-03-22T12:00:00Z");
        for (format, expected) in [
            ("F j, Y", "March 22, 2026"),
            ("g:i a", "12:00 pm"),
            ("jS \\o\\f F", "22nd of March"),
            ("d.m.Y \\u\\m H:i \\U\\h\\r", "22.03.2026 um 12:00 Uhr"),
            ("\\\\Y", "\\2026"),
            ("Y\\", "2026"),
            ("Y年n月j日", "2026年3月22日"),
            ("", ""),
        ] {
            assert_eq!(display(noon, format, "UTC"), expected, "{format}");
        }
    }

    #[test]
    fn days_have_their_endings() {
        for (day, ending) in [
            (1, "st"),
            (2, "nd"),
            (3, "rd"),
            (4, "th"),
            (11, "th"),
            (12, "th"),
            (13, "th"),
            (21, "st"),
            (22, "nd"),
            (23, "rd"),
            (31, "st"),
        ] {
            assert_eq!(ordinal_suffix(day), ending, "{day}");
        }
    }

    #[test]
    fn zones_move_the_clock_with_their_summer_time() {
        for (utc, zone, local, names) in [
            ("2026-01-31T23:30:00Z", "Europe/Berlin", "2026-02-01T00:30:00+01:00", "CET Europe/Berlin +0100"),
            ("2026-07-31T22:30:00Z", "Europe/Berlin", "2026-08-01T00:30:00+02:00", "CEST Europe/Berlin +0200"),
            ("2026-01-01T00:00:00Z", "America/New_York", "2025-12-31T19:00:00-05:00", "EST America/New_York -0500"),
            ("2026-01-01T00:00:00Z", "Asia/Kathmandu", "2026-01-01T05:45:00+05:45", "+0545 Asia/Kathmandu +0545"),
            ("2026-01-01T00:00:00Z", "Nowhere/Town", "2026-01-01T00:00:00+00:00", "UTC UTC +0000"),
            ("2026-01-01T00:00:00Z", "", "2026-01-01T00:00:00+00:00", "UTC UTC +0000"),
        ] {
            assert_eq!(machine(at(utc), zone), local, "{zone}");
            assert_eq!(display(at(utc), "T e O", zone), names, "{zone}");
        }
    }

    #[test]
    fn gmt_is_the_database_form() {
        assert_eq!(gmt(at("2026-03-01T15:04:05.999Z")), "2026-03-01 15:04:05");
        assert_eq!(gmt(Timestamp(0)), "1970-01-01 00:00:00");
        assert_eq!(gmt(Timestamp(-1)), "1969-12-31 23:59:59");
    }

    #[test]
    fn a_time_is_read_in_its_own_zone_or_in_the_site_s() {
        for (text, utc) in [
            ("2026-07-31T12:00:00", "2026-07-31T10:00:00Z"),
            ("2026-01-31 12:00:00", "2026-01-31T11:00:00Z"),
            ("2026-01-31t12:00:00.123", "2026-01-31T11:00:00Z"),
            ("2026-07-31T12:00:00Z", "2026-07-31T12:00:00Z"),
            ("2026-07-31T12:00:00.5z", "2026-07-31T12:00:00Z"),
            ("2026-07-31T12:00:00+05:45", "2026-07-31T06:15:00Z"),
            ("2026-07-31T12:00:00-05", "2026-07-31T17:00:00Z"),
        ] {
            assert_eq!(read(text, "Europe/Berlin"), Some(at(utc)), "{text}");
        }
        for wrong in [
            "",
            "2026-07-31",
            "2026-07-31T12:00",
            "2026-02-30T12:00:00",
            "2026-13-01T12:00:00",
            "2026-07-31T24:00:00",
            "2026-07-31T12:00:00.",
            "2026-07-31T12:00:00.Z",
            "2026-07-31T12:00:00+5",
            "2026-07-31T12:00:00+05:4",
            "2026-07-31T12:00:00+0545",
            "2026-07-31T12:00:00+99:00",
            "2026-07-31T12:00:00Zx",
            "2026-07-31T12:00:0é",
            "+026-07-31T12:00:00",
            "now",
        ] {
            assert_eq!(read(wrong, "UTC"), None, "{wrong}");
        }
    }

    #[test]
    fn what_the_rest_api_writes_is_read_again() {
        for zone in ["UTC", "Europe/Berlin", "Asia/Kathmandu"] {
            let noon = at("2026-03-22T12:00:00Z");
            assert_eq!(read(&rest(noon, zone), zone), Some(noon), "{zone}");
        }
        assert_eq!(rest(at("2026-03-22T12:00:00.9Z"), "Asia/Kathmandu"), "2026-03-22T17:45:00");
        assert_eq!(gmt_offset(at("2026-03-22T12:00:00Z"), "Asia/Kathmandu"), "5.75");
        assert_eq!(gmt_offset(at("2026-07-22T12:00:00Z"), "Europe/Berlin"), "2");
        assert_eq!(gmt_offset(at("2026-07-22T12:00:00Z"), ""), "0");
    }

    #[test]
    fn feeds_and_http_have_their_own_forms() {
        let at = at("1994-11-06T08:49:37.5Z");
        assert_eq!(http(at), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(rfc2822(at), "Sun, 06 Nov 1994 08:49:37 +0000");
        assert_eq!(rfc3339(at), "1994-11-06T08:49:37Z");
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", " Sun Nov  6 08:49:37 1994 "] {
            assert_eq!(parse_http(text), Some(Timestamp(784_111_777_000)), "{text}");
        }
        for text in ["", "yesterday", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 +0000"] {
            assert_eq!(parse_http(text), None, "{text}");
        }
    }

    #[test]
    fn no_time_is_too_far() {
        assert!(gmt(Timestamp(i64::MAX)).starts_with("9999-12-30"));
        assert!(machine(Timestamp(i64::MIN), "Asia/Tokyo").starts_with('-'));
    }
}
