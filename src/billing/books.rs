//! The price books that ship with coldcast.

use super::{Book, check};
use crate::error::{Problem, did_you_mean};

macro_rules! books {
    ($($name:literal,)*) => {
        /// Name and text of every book. A new one: a file in `books/`, a line here.
        pub const BOOKS: &[(&str, &str)] = &[$(($name, include_str!(concat!("books/", $name, ".yaml"))),)*];
    };
}

books! {
    "aliyun-cn-hangzhou",
    "aliyun-cn-beijing",
    "aliyun-cn-shanghai",
    "aliyun-cn-shenzhen",
    "aliyun-cn-hongkong",
    "aliyun-ap-southeast-1",
    "aliyun-us-east-1",
    "aliyun-eu-central-1",
    "aliyun-intl",
    "own-nodes-aliyun-cn-hangzhou",
    "alibaba-fc-cn",
    "alibaba-fc-intl",
    "aws-lambda-x86-us-east-1",
    "aws-lambda-arm-us-east-1",
    "aws-fargate-x86-us-east-1",
    "aws-fargate-arm-us-east-1",
    "own-nodes-aws-us-east-1",
    "gcp-cloud-run-request-tier-1",
    "gcp-cloud-run-request-tier-2",
    "gcp-cloud-run-instance-tier-1",
    "gcp-cloud-run-instance-tier-2",
    "azure-container-apps-koreacentral",
    "azure-container-apps-westus2",
    "azure-functions-consumption-eastus",
    "azure-functions-flex-eastus",
    "azure-functions-flex-eu",
    "azure-functions-premium-eastus",
    "alibaba-clb-cn",
    "alibaba-clb-cn-hongkong",
    "alibaba-alb-cn",
    "aws-alb-us-east-1",
    "aws-nlb-us-east-1",
}

/// The book called `name` that ships with coldcast. The problem has no path: the caller knows where it was written.
pub fn find(name: &str) -> Result<Book, Problem> {
    let Some((name, text)) = BOOKS.iter().find(|(known, _)| *known == name) else {
        return Err(Problem::new("unknown-price-book", "", format!("unknown price book `{name}`"))
            .hint(did_you_mean(name, BOOKS.iter().map(|(known, _)| *known))));
    };
    Ok(parse(name, text).expect("every book that ships is parsed by a test"))
}

/// A user's own book from its text; paths of the problems are paths in that file.
pub fn parse(name: &str, text: &str) -> Result<Book, Vec<Problem>> {
    check::parse(name, text)
}
