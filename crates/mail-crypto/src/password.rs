//! Hashes of passwords in the form of `crypt(3)`.
//!
//! There: `$1$` (MD5), `$5$` and `$6$` (SHA-2), `$2a$`, `$2b$`, `$2y$` (bcrypt), `$y$` (yescrypt). Not
//! there: DES, which every phone breaks, and `$2x$`, which repeats an old error.
//!
//! *Invariants*: the work is bounded ([`BCRYPT_COST`], [`SHA_ROUNDS`], [`YESCRYPT_BYTES`]); a setting
//! that asks for more gives nothing, as one that is not understood.
//!
//! *Sources*: `crypt(5)`; Drepper, Unix crypt using SHA-256 and SHA-512, 0.6.

mod md5;

use base64::Engine as _;
use base64::engine::{GeneralPurpose, general_purpose::NO_PAD};

const BCRYPT_SALT: GeneralPurpose =
    GeneralPurpose::new(&base64::alphabet::BCRYPT, NO_PAD.with_decode_allow_trailing_bits(true));

/// Largest cost of bcrypt: about ten seconds.
const BCRYPT_COST: u32 = 16;
/// Most rounds of SHA-2: about ten seconds.
const SHA_ROUNDS: u32 = 10_000_000;
/// Most memory of yescrypt, in bytes.
const YESCRYPT_BYTES: u64 = 128 << 20;

/// Whether [`crypt`] takes milliseconds with this setting.
pub fn is_slow(setting: &[u8]) -> bool {
    !setting.starts_with(b"$1$")
}

/// The hash of a password with a setting, which may be a hash made before. None for a setting that
/// is unknown, broken or too costly, and for a password with a null byte, at which `crypt(3)` stops.
pub fn crypt(key: &[u8], setting: &[u8]) -> Option<String> {
    let setting = std::str::from_utf8(setting).ok().filter(|text| text.is_ascii())?;
    let (method, rest) = setting.strip_prefix('$')?.split_once('$')?;
    if key.contains(&0)
        || setting.bytes().any(|byte| !byte.is_ascii_graphic() || b":;*!\\".contains(&byte))
    {
        return None;
    }
    match method {
        "1" => md5::crypt(key, rest),
        "5" | "6" => sha(key, method, rest),
        "2a" | "2b" | "2y" => bcrypt(key, method, rest),
        "y" => yescrypt(key, rest),
        _ => None,
    }
}

fn sha(key: &[u8], method: &str, rest: &str) -> Option<String> {
    let (rounds, shown, rest) = match rest.strip_prefix("rounds=") {
        Some(rest) => {
            let (rounds, rest) = rest.split_once('$')?;
            let digits = rounds.bytes().all(|byte| byte.is_ascii_digit());
            let rounds = rounds.parse::<u32>().ok().filter(|_| digits)?.max(1000);
            (rounds, format!("rounds={rounds}$"), rest)
        }
        None => (5000, String::new(), rest),
    };
    if rounds > SHA_ROUNDS {
        return None;
    }
    let salt = rest.split('$').next().unwrap_or_default();
    let salt = &salt[..salt.len().min(16)];
    let params = sha_crypt::Params::new(rounds).ok()?;
    let digest = match method {
        "5" => arranged(&sha_crypt::sha256_crypt(key, salt.as_bytes(), params), &SHA256_ORDER),
        _ => arranged(&sha_crypt::sha512_crypt(key, salt.as_bytes(), params), &SHA512_ORDER),
    };
    Some(format!("${method}${shown}{salt}${digest}"))
}

fn bcrypt(key: &[u8], method: &str, rest: &str) -> Option<String> {
    let version = match method {
        "2a" => bcrypt::Version::TwoA,
        "2b" => bcrypt::Version::TwoB,
        "2y" => bcrypt::Version::TwoY,
        _ => return None,
    };
    let (cost, rest) = rest.split_once('$')?;
    let cost = cost.parse::<u32>().ok().filter(|n| cost.len() == 2 && *n <= BCRYPT_COST)?;
    // The last of 22 characters has four bits too many, which are not looked at.
    let salt = BCRYPT_SALT.decode(rest.get(..22)?).ok()?;
    let parts = bcrypt::hash_with_salt(key, cost, salt.try_into().ok()?).ok()?;
    Some(parts.format_for_version(version))
}

fn yescrypt(key: &[u8], rest: &str) -> Option<String> {
    let mut fields = rest.split('$');
    let (params, salt) = (fields.next()?, fields.next()?);
    let parsed: yescrypt::Params = params.parse().ok()?;
    let bytes = u64::from(parsed.r()).checked_mul(128)?.checked_mul(parsed.n())?;
    if bytes > YESCRYPT_BYTES || parsed.p() > 16 {
        return None;
    }
    let mut out = [0; 32];
    yescrypt::yescrypt(key, &unpacked(salt)?, &parsed, &mut out).ok()?;
    Some(format!("$y${params}${salt}${}", packed(&out)))
}

/// The alphabet of `crypt`, in the order of its values.
const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Bytes three by three, lowest bits first.
fn packed(bytes: &[u8]) -> String {
    bytes.chunks(3).map(group).collect()
}

fn group(bytes: &[u8]) -> String {
    let value = bytes.iter().rev().fold(0_u32, |n, byte| n << 8 | u32::from(*byte));
    let digits = (bytes.len() * 8).div_ceil(6);
    (0..digits).map(|at| char::from(ALPHABET[(value >> (6 * at) & 63) as usize])).collect()
}

fn unpacked(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for chunk in text.as_bytes().chunks(4) {
        let mut value = 0_u32;
        for (at, byte) in chunk.iter().enumerate() {
            let digit = ALPHABET.iter().position(|known| known == byte)?;
            value |= (digit as u32) << (6 * at);
        }
        let whole = chunk.len() * 6 / 8;
        // A digit that completes no byte and bits that are left over belong to no encoding.
        if whole == 0 || value >> (8 * whole) != 0 {
            return None;
        }
        bytes.extend_from_slice(&value.to_le_bytes()[..whole]);
    }
    Some(bytes)
}

/// Bytes in groups of three given by their places.
fn arranged(bytes: &[u8], order: &[&[usize]]) -> String {
    let groups = order.iter().map(|places| places.iter().map(|at| bytes[*at]).collect::<Vec<_>>());
    groups.map(|bytes| group(&bytes)).collect()
}

const SHA256_ORDER: [&[usize]; 11] = [
    &[20, 10, 0],
    &[11, 1, 21],
    &[2, 22, 12],
    &[23, 13, 3],
    &[14, 4, 24],
    &[5, 25, 15],
    &[26, 16, 6],
    &[17, 7, 27],
    &[8, 28, 18],
    &[29, 19, 9],
    &[30, 31],
];
const SHA512_ORDER: [&[usize]; 22] = [
    &[42, 21, 0],
    &[1, 43, 22],
    &[23, 2, 44],
    &[45, 24, 3],
    &[4, 46, 25],
    &[26, 5, 47],
    &[48, 27, 6],
    &[7, 49, 28],
    &[29, 8, 50],
    &[51, 30, 9],
    &[10, 52, 31],
    &[32, 11, 53],
    &[54, 33, 12],
    &[13, 55, 34],
    &[35, 14, 56],
    &[57, 36, 15],
    &[16, 58, 37],
    &[38, 17, 59],
    &[60, 39, 18],
    &[19, 61, 40],
    &[41, 20, 62],
    &[63],
];
