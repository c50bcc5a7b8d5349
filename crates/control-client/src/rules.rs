//! Calls about suspensions and policies.

use hyper::Method;
use mta_control::rules::{
    Named, NewPolicy, NewSuspend, Policies, PolicyChange, Reloaded, SuspendChange, Suspends,
};

use crate::{Client, ClientError};

/// Each call fails with a [`ClientError`], by cause.
impl Client {
    /// Every suspension.
    pub async fn suspends(&self) -> Result<Suspends, ClientError> {
        self.get("/v1/suspends").await
    }

    /// Keeps mail back.
    pub async fn suspend(&self, new: &NewSuspend) -> Result<Named, ClientError> {
        self.call(Method::POST, "/v1/suspends", new).await
    }

    /// Changes a suspension.
    pub async fn change_suspend(
        &self,
        id: &str,
        change: &SuspendChange,
    ) -> Result<Named, ClientError> {
        self.call(Method::PATCH, &entry("suspends", id), change).await
    }

    /// Ends a suspension.
    pub async fn resume(&self, id: &str) -> Result<Named, ClientError> {
        self.call(Method::DELETE, &entry("suspends", id), &()).await
    }

    /// Lets the server read its suspend file again.
    pub async fn reload_suspends(&self) -> Result<Reloaded, ClientError> {
        self.call(Method::POST, "/v1/reload/suspends", &()).await
    }

    /// Every policy.
    pub async fn policies(&self) -> Result<Policies, ClientError> {
        self.get("/v1/policies").await
    }

    /// Limits mail.
    pub async fn limit(&self, new: &NewPolicy) -> Result<Named, ClientError> {
        self.call(Method::POST, "/v1/policies", new).await
    }

    /// Changes a policy.
    pub async fn change_policy(
        &self,
        id: &str,
        change: &PolicyChange,
    ) -> Result<Named, ClientError> {
        self.call(Method::PATCH, &entry("policies", id), change).await
    }

    /// Ends a policy.
    pub async fn unlimit(&self, id: &str) -> Result<Named, ClientError> {
        self.call(Method::DELETE, &entry("policies", id), &()).await
    }

    /// Lets the server read its policy file again.
    pub async fn reload_policies(&self) -> Result<Reloaded, ClientError> {
        self.call(Method::POST, "/v1/reload/policies", &()).await
    }
}

/// Path of an entry. Ids are free text: whatever is no letter or digit is written as its octets.
fn entry(kind: &str, id: &str) -> String {
    let mut path = format!("/v1/{kind}/");
    for byte in id.bytes() {
        match byte.is_ascii_alphanumeric() || byte == b'-' {
            true => path.push(char::from(byte)),
            false => path.push_str(&format!("%{byte:02X}")),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    #[test]
    fn ids_of_any_text_fit_into_a_path() {
        assert_eq!(super::entry("policies", "a/b [1]?ü"), "/v1/policies/a%2Fb%20%5B1%5D%3F%C3%BC");
    }
}
