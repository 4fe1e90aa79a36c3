//! One request of the XML-RPC door: body in, document out.

use super::codec::{Value, decode, encode_fault, encode_response};
use super::fault::Fault;
use super::methods::{self, Context};

/// The body of the answer to a request with any method but `POST`, with status 405 (WP 7.1 E-3).
pub const POST_ONLY: &str = "XML-RPC server accepts POST requests only.";

/// Answers the document `body`. Success and every refusal alike go out with HTTP status 200 as
/// `text/xml; charset=UTF-8` (WP 7.1 §1.6). Whatever the request's content type, the body is read as XML
/// (E-5), and whatever its content encoding, it is not decompressed (E-7).
pub async fn answer(context: &Context, body: &[u8]) -> String {
    match respond(context, body).await {
        Ok(value) => encode_response(&value),
        Err(fault) => encode_fault(&fault),
    }
}

async fn respond(context: &Context, body: &[u8]) -> Result<Value, Fault> {
    methods::call(context, decode(body)?).await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answered(body: &[u8]) -> String {
        answer(&Context::of_a_test().await, body).await
    }

    #[tokio::test]
    async fn bodies_get_the_answers_that_wordpress_gives() {
        let hello = "<methodCall><methodName> demo.sayHello </methodName><params/></methodCall>";
        let unknown = hello.replace(" demo.sayHello ", "no&lt;b>&amp;");
        for (body, expected) in [
            (hello, encode_response(&"Hello!".into())),
            ("", encode_fault(&Fault::parse_error())),
            ("<methodResponse></methodResponse>", encode_fault(&Fault::not_a_method_call())),
            ("<methodCall></methodCall>", encode_fault(&Fault::method_not_found(""))),
            (&unknown, encode_fault(&Fault::method_not_found("no<b>&"))),
        ] {
            assert_eq!(answered(body.as_bytes()).await, expected, "{body}");
        }
        assert!(answered(unknown.as_bytes()).await.contains("requested method no&lt;b&gt;&amp; does not exist."));
    }

    #[tokio::test]
    async fn a_multicall_is_answered_in_wordpress_s_bytes() {
        let entry = |name: &str| {
            format!(
                "<value><struct><member><name>methodName</name><value><string>{name}</string></value></member>\
                 <member><name>params</name><value><array><data></data></array></value></member></struct></value>"
            )
        };
        let body = format!(
            "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{}{}</data></array>\
             </value></param></params></methodCall>",
            entry("demo.sayHello"),
            entry("system.multicall"),
        );
        assert_eq!(
            answered(body.as_bytes()).await,
            r#"<?xml version="1.0" encoding="UTF-8"?>
<methodResponse>
  <params>
    <param>
      <value>
      <array><data>
  <value><array><data>
  <value><string>Hello!</string></value>
</data></array></value>
  <value><struct>
  <member><name>faultCode</name><value><int>-32600</int></value></member>
  <member><name>faultString</name><value><string>Recursive calls to system.multicall are forbidden</string></value></member>
</struct></value>
</data></array>
      </value>
    </param>
  </params>
</methodResponse>
"#
        );
    }
}
