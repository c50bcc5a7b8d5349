//! Caches that are too small for what they are asked.

use hsl_analysis::hir::{Expr, ExprId, ExprKind};
use rustc_hash::FxHashMap;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A `cache` without `size` is asked with what clients send, or two places give one bucket
    /// different sizes.
    ///
    /// # Why
    ///
    /// A bucket keeps 32 entries unless `size` says otherwise. With more clients than that, each
    /// asks in vain and pushes out the entry of another: the cache costs time and saves none. Of
    /// several sizes for one bucket, which is one for each function and `namespace`, the smallest
    /// counts.
    ///
    /// # Bad
    ///
    /// ```hsl connect
    /// function lookup($ip) { return dns_query("$ip.list.example", ["timeout" => 2]); }
    /// $listed = cache ["ttl" => 300] lookup($arguments["remoteip"]);
    /// if (($listed["error"] ?? "") == "") Reject("listed");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl connect
    /// function lookup($ip) { return dns_query("$ip.list.example", ["timeout" => 2]); }
    /// $listed = cache ["ttl" => 300, "size" => 10000] lookup($arguments["remoteip"]);
    /// if (($listed["error"] ?? "") == "") Reject("listed");
    /// ```
    CACHE_SHAPE = "HSL7005" "cache-shape" Info
        "A cache is smaller than what it is asked for.", Program(check)
}

/// Keys of hook variables of which there are as many as there are clients or messages.
const MANY: [&[u8]; 12] = [
    b"remoteip",
    b"remoteptr",
    b"recipient",
    b"recipientaddress",
    b"sender",
    b"senderaddress",
    b"address",
    b"domain",
    b"localpart",
    b"host",
    b"username",
    b"subject",
];

/// Function and name space.
type Bucket = (String, Option<Vec<u8>>);

fn check(pass: &mut Pass<'_>) {
    let mut sizes: FxHashMap<Bucket, (f64, ExprId)> = FxHashMap::default();
    for (number, expr) in pass.program.exprs.iter().enumerate() {
        let ExprKind::Cache { options, name, .. } = &expr.kind else { continue };
        if !pass.around.reached(ExprId(number as u32)) || !is_written_out(pass, *options) {
            continue;
        }
        let Some(at) = pass.option(*options, "size") else {
            if asks_for_many(pass, expr, *options) {
                let message = "clients choose what this cache is asked, and it keeps 32 entries";
                tell(pass, *options, message, "say how many with `size`");
            }
            continue;
        };
        let known = (pass.number(at), bucket(pass, name, *options));
        let (Some(size), Some(bucket)) = known else { continue };
        let (other, place) = *sizes.entry(bucket).or_insert((size, at));
        if other != size {
            let (at, less) = if other > size { (place, size) } else { (at, other) };
            let message = format!("the same bucket has the size {less} elsewhere");
            tell(pass, at, message, "the smallest size counts; write the same in both");
        }
    }
}

fn tell(pass: &mut Pass<'_>, at: ExprId, message: impl Into<String>, help: &str) {
    let finding = pass.finding(&CACHE_SHAPE, pass.expr(at).at, message);
    pass.push(finding.help(help));
}

/// The bucket of a call; none when its name space is computed.
fn bucket(pass: &Pass<'_>, name: &str, options: ExprId) -> Option<Bucket> {
    let namespace = match pass.option(options, "namespace") {
        Some(namespace) => Some(pass.string(namespace)?.to_vec()),
        None => None,
    };
    Some((name.to_owned(), namespace))
}

/// Whether the options show everything that is given.
fn is_written_out(pass: &Pass<'_>, options: ExprId) -> bool {
    use hsl_analysis::hir::Element;
    let ExprKind::Array(elements) = &pass.expr(options).kind else { return false };
    elements.iter().all(|e| matches!(e, Element::Pair(key, _) if pass.string(*key).is_some()))
}

/// Whether what makes up the key is chosen by clients. Buckets of a message are theirs alone.
fn asks_for_many(pass: &Pass<'_>, cache: &Expr, options: ExprId) -> bool {
    let ExprKind::Cache { args, .. } = &cache.kind else { return false };
    let other = ["per_message", "argv_filter"].iter().any(|o| pass.option(options, o).is_some());
    let is_many = |id: ExprId| {
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            let path = pass.path(id);
            if path.is_some_and(|path| path[1..].iter().any(|key| MANY.contains(key))) {
                return true;
            }
            pass.expr(pass.source(id)).kind.operands(&mut |operand| todo.push(operand));
            if todo.len() > 64 {
                return false;
            }
        }
        false
    };
    !other && args.iter().any(|arg| is_many(arg.value))
}
