// What a Falco is configured to do: its files and its command line, as its release reads them.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "worker/falco/config_source.h"
#include "worker/falco/falco_arguments.h"
#include "worker/falco/falco_version.h"
#include "worker/falco/merged_config.h"

namespace bench {

// As far as it matters to whoever measures it. The defaults are those of Falco's code, for a key
// that the configuration leaves out; the file that it is installed with says otherwise for some.
struct FalcoConfig {
  bool json_output = false;
  // Its JSON alerts have their text or their fields, which tell whose they are.
  bool json_tells_whose = true;
  std::string priority = "debug";  // alerts less urgent are not made
  std::string rule_matching = "first";
  bool watch_config_files = true;
  bool buffered_outputs = false;  // stdout, and a file that is kept open

  bool stdout_output = false;
  struct {
    bool enabled = false;
    bool keep_alive = false;
    std::string filename;
  } file_output;
  struct {
    bool enabled = false;
    std::string url;
    bool mtls = false;  // it shows a certificate of its own
  } http_output;
  struct {
    bool enabled = false;         // the server
    bool output_enabled = false;  // grpc_output
    std::string bind_address = "0.0.0.0:5060";
    std::string cert_chain = "/etc/falco/certs/server.crt";
    std::string private_key = "/etc/falco/certs/server.key";
    std::string root_certs = "/etc/falco/certs/ca.crt";
  } grpc;
  // outputs.rate, before 0.37; 0 = not throttled, the default since 0.33; it was 1 before.
  double outputs_per_sec = 0;
  int64_t outputs_capacity = 0;  // outputs_queue.capacity, alerts; 0 = unbounded

  struct {
    bool enabled = false;
    absl::Duration interval = absl::Seconds(5);
    std::string output_file;
    bool rules_counters = true;
    bool kernel_event_counters = true;
  } metrics;
  struct {
    bool enabled = false;
    int port = 8765;
    std::string address = "0.0.0.0";
    bool tls = false;
    bool prometheus = false;
  } webserver;
  std::string stats_file;  // of `-s`, before 0.36
  absl::Duration stats_interval = absl::Seconds(5);

  std::string engine = "kmod";  // or "modern_ebpf", "ebpf", …

  // Set by who looked at the process: it is in another network namespace than its reader, to whom
  // its ports, and its way to ours, are closed.
  bool own_network = false;
};

// What the keys of a merged configuration mean to this release.
FalcoConfig ConfigOf(const MergedConfig& merged, const FalcoArguments& arguments,
                     const FalcoVersion& version);

// INVALID_ARGUMENT names the file, and the line where it is no YAML.
absl::StatusOr<FalcoConfig> EffectiveConfig(const FalcoArguments& arguments,
                                            const FalcoVersion& version, ConfigReader read);

}  // namespace bench
