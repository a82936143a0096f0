#include <httplib.h>

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "tests/fakes/fake_falco/output.h"

namespace bench {
namespace {

constexpr int kTimeoutSec = 10;

struct Target {
  std::string origin;  // "https://localhost:2801"
  std::string path;
};

Target SplitUrl(const std::string& url) {
  const size_t host = url.find("://");
  const size_t slash = url.find('/', host == std::string::npos ? 0 : host + 3);
  if (slash == std::string::npos) return {url, "/"};
  return {url.substr(0, slash), url.substr(slash)};
}

class HttpOutput final : public Output {
 public:
  HttpOutput(const FakeConfig::Http& config, bool json)
      : target_(SplitUrl(config.url)),
        content_type_(json ? "application/json" : "text/plain"),
        headers_({{"User-Agent", config.user_agent}, {"Accept", "*/*"}}),
        client_(target_.origin, config.mtls ? config.client_cert : "",
                config.mtls ? config.client_key : "") {
    client_.set_keep_alive(true);
    client_.set_tcp_nodelay(true);
    client_.set_connection_timeout(kTimeoutSec);
    client_.set_read_timeout(kTimeoutSec);
    if (config.insecure) client_.enable_server_certificate_verification(false);
    if (!config.ca_cert.empty()) client_.set_ca_cert_path(config.ca_cert);
  }

  bool valid() const { return client_.is_valid(); }

  void Send(const FakeAlert& /*alert*/, const std::string& line) override {
    const httplib::Result answer = client_.Post(target_.path, headers_, line, content_type_);
    if (!answer) {
      std::fprintf(stderr, "libcurl failed to perform call: %s\n",
                   httplib::to_string(answer.error()).c_str());
    }
  }

 private:
  const Target target_;
  const std::string content_type_;
  const httplib::Headers headers_;
  httplib::Client client_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Output>> MakeHttpOutput(const FakeConfig::Http& config, bool json) {
  auto output = std::make_unique<HttpOutput>(config, json);
  if (!output->valid()) {
    return absl::InvalidArgumentError(
        absl::StrCat("Error: libcurl error: URL or certificates of http_output: ", config.url));
  }
  return output;
}

}  // namespace bench
