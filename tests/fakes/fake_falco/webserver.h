#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/fakes/fake_falco/config.h"
#include "tests/fakes/fake_falco/release.h"

namespace bench {

// Falco's web server: health, versions and metrics, as far as the release and the configuration
// have them. Serves until it is destroyed.
class FakeWebserver {
 public:
  virtual ~FakeWebserver() = default;
};

// `metrics_page` is called by the server's threads. Errors: the port is taken, no certificate.
absl::StatusOr<std::unique_ptr<FakeWebserver>> StartFakeWebserver(
    const FakeConfig::Webserver& config, const FakeRelease& release,
    std::function<std::string()> metrics_page);

}  // namespace bench
