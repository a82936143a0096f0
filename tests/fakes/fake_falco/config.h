// The configuration that a Falco of some release runs by, as far as the fake has the interfaces
// that it is about.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/fakes/fake_falco/command_line.h"
#include "tests/fakes/fake_falco/release.h"

namespace bench {

struct FakeConfig {
  bool json_output = false;
  bool buffered_outputs = false;  // by the file and the command line
  bool stdout_output = false;

  struct File {
    bool enabled = false;
    bool keep_alive = false;
    std::string filename;
  } file_output;

  struct Http {
    bool enabled = false;
    std::string url;
    std::string user_agent;
    bool insecure = false;
    std::string ca_cert;
    bool mtls = false;
    std::string client_cert;
    std::string client_key;
  } http_output;

  struct Grpc {
    bool enabled = false;  // the server, and the output that it serves
    std::string bind_address;
    int threadiness = 0;
    std::string cert_chain;
    std::string private_key;
    std::string root_certs;
  } grpc;

  struct Metrics {
    bool enabled = false;
    absl::Duration interval;
    bool output_rule = false;
    std::string output_file;
    bool rules_counters = false;
    bool kernel_event_counters = false;
    bool resource_utilization = false;
    bool include_empty_values = false;
  } metrics;

  struct Webserver {
    bool enabled = false;
    int listen_port = 0;
    std::string listen_address;
    std::string healthz_endpoint;
    bool prometheus_metrics = false;
    bool ssl = false;
    std::string ssl_certificate;  // with its key in the same file
  } webserver;
};

// The file of the command line, its overrides merged over it. A key that the release doesn't know
// is ignored. Errors in Falco's words: no such file, no YAML, an override without '=', an output
// without its file or URL, an interval below 100 ms.
absl::StatusOr<FakeConfig> ReadFakeConfig(const FakeRelease& release, const FakeCommandLine& line);

}  // namespace bench
