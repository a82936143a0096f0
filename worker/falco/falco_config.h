// What a Falco is configured to do: its files and its command line, as its release reads them.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "worker/falco/falco_version.h"

namespace bench {

// As far as it matters to whoever measures it; the values of a configuration that says nothing are
// Falco's own defaults.
struct FalcoConfig {
  bool json_output = false;
  std::string priority = "debug";  // alerts less urgent are not made
  std::string rule_matching = "first";
  bool watch_config_files = true;
  bool buffered_outputs = false;

  bool stdout_output = true;
  struct {
    bool enabled = false;
    bool keep_alive = false;
    std::string filename;
  } file_output;
  struct {
    bool enabled = false;
    std::string url;
  } http_output;
  struct {
    bool enabled = false;         // the server
    bool output_enabled = false;  // grpc_output
    std::string bind_address = "unix:///run/falco/falco.sock";
    std::string cert_chain = "/etc/falco/certs/server.crt";
    std::string private_key = "/etc/falco/certs/server.key";
    std::string root_certs = "/etc/falco/certs/ca.crt";
  } grpc;
  double outputs_per_sec = 0;    // outputs.rate, before 0.37; 0 = not throttled
  int64_t outputs_capacity = 0;  // outputs_queue.capacity, alerts; 0 = unbounded

  struct {
    bool enabled = false;
    absl::Duration interval = absl::Hours(1);
    std::string output_file;
    bool rules_counters = false;
    bool kernel_event_counters = false;
  } metrics;
  struct {
    bool enabled = true;
    int port = 8765;
    std::string address = "0.0.0.0";
    bool tls = false;
    bool prometheus = false;
  } webserver;
  std::string stats_file;  // of `-s`, before 0.36
  absl::Duration stats_interval = absl::Seconds(5);

  std::string engine;  // "modern_ebpf", …; "" = the release's own choice
  int buf_size_preset = 4;
  int cpus_per_buffer = 2;
};

// A running instance's command line. Options that it doesn't know are passed over.
struct FalcoArguments {
  std::string config = "/etc/falco/falco.yaml";
  std::vector<std::string> overrides;  // KEY=VALUE of -o, in their order
  std::string stats_file;
  absl::Duration stats_interval = absl::Seconds(5);
  bool modern_bpf = false;  // --modern-bpf, 0.34 to 0.40
};
FalcoArguments ParseFalcoArguments(const std::vector<std::string>& argv);

// Gives the files at a path as Falco sees it: the file itself, or those of a directory in the order
// of their names; none if there is neither. NOT_FOUND and the like where one can't be read.
struct ConfigText {
  std::string path;
  std::string text;
};
using ConfigReader = absl::FunctionRef<absl::StatusOr<std::vector<ConfigText>>(const std::string&)>;

// INVALID_ARGUMENT names the file, and the line where it is no YAML.
absl::StatusOr<FalcoConfig> EffectiveConfig(const FalcoArguments& arguments,
                                            const FalcoVersion& version, ConfigReader read);

// From the real file system; `root` is put before each path ("/proc/PID/root" of a container).
absl::StatusOr<FalcoConfig> ReadFalcoConfig(const FalcoArguments& arguments,
                                            const FalcoVersion& version,
                                            const std::string& root = "");

}  // namespace bench
