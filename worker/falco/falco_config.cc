#include "worker/falco/falco_config.h"

#include <map>
#include <optional>

#include "absl/strings/numbers.h"
#include "common/status/status_macros.h"
#include "worker/falco/metrics_interval.h"

namespace bench {
namespace {

// Sets each field that the settings have a readable value for.
class Fields {
 public:
  using Settings = std::map<std::string, std::string>;
  explicit Fields(const Settings& settings) : settings_(settings) {}

  void operator()(const char* key, std::string* field) const {
    if (const std::string* text = Find(key)) *field = *text;
  }
  void operator()(const char* key, bool* field) const {
    bool value = false;
    if (const std::string* text = Find(key); text != nullptr && absl::SimpleAtob(*text, &value)) {
      *field = value;
    }
  }
  template <typename Integer>
  void operator()(const char* key, Integer* field) const {
    Integer value = 0;
    if (const std::string* text = Find(key); text != nullptr && absl::SimpleAtoi(*text, &value)) {
      *field = value;
    }
  }
  void operator()(const char* key, double* field) const {
    double value = 0;
    if (const std::string* text = Find(key); text != nullptr && absl::SimpleAtod(*text, &value)) {
      *field = value;
    }
  }
  void operator()(const char* key, absl::Duration* field) const {
    const std::string* text = Find(key);
    if (text == nullptr) return;
    if (const std::optional<absl::Duration> value = ParseMetricsInterval(*text)) *field = *value;
  }

 private:
  const std::string* Find(const char* key) const {
    const auto found = settings_.find(key);
    return found == settings_.end() ? nullptr : &found->second;
  }
  const Settings& settings_;
};

// The message is the output without its time and priority; older releases always have the fields.
bool JsonTellsWhose(const Fields& set, const FalcoVersion& version) {
  bool output = true;
  bool message = false;
  bool fields = true;
  set("json_include_output_property", &output);
  if (version.AtLeast(0, 39)) set("json_include_message_property", &message);
  if (version.AtLeast(0, 41)) set("json_include_output_fields_property", &fields);
  return output || message || fields;
}

// From 0.32 to 0.43 the key was not heard, and -U alone decided.
bool BuffersOutputs(const Fields& set, const FalcoArguments& arguments,
                    const FalcoVersion& version) {
  bool buffered = version.AtLeast(0, 32) && !version.AtLeast(0, 44);
  if (!buffered) set("buffered_outputs", &buffered);
  return buffered && !arguments.unbuffered;
}

}  // namespace

FalcoConfig ConfigOf(const MergedConfig& merged, const FalcoArguments& arguments,
                     const FalcoVersion& version) {
  const Fields set(merged.scalars);
  FalcoConfig config;
  set("json_output", &config.json_output);
  config.json_tells_whose = JsonTellsWhose(set, version);
  set("priority", &config.priority);
  set("rule_matching", &config.rule_matching);
  set("watch_config_files", &config.watch_config_files);
  config.buffered_outputs = BuffersOutputs(set, arguments, version);
  set("stdout_output.enabled", &config.stdout_output);
  set("file_output.enabled", &config.file_output.enabled);
  set("file_output.keep_alive", &config.file_output.keep_alive);
  set("file_output.filename", &config.file_output.filename);
  set("http_output.enabled", &config.http_output.enabled);
  set("http_output.url", &config.http_output.url);
  set("http_output.mtls", &config.http_output.mtls);
  set("grpc.enabled", &config.grpc.enabled);
  set("grpc_output.enabled", &config.grpc.output_enabled);
  set("grpc.bind_address", &config.grpc.bind_address);
  set("grpc.cert_chain", &config.grpc.cert_chain);
  set("grpc.private_key", &config.grpc.private_key);
  set("grpc.root_certs", &config.grpc.root_certs);
  if (!version.AtLeast(0, 33)) config.outputs_per_sec = 1;
  set("outputs.rate", &config.outputs_per_sec);
  set("outputs_queue.capacity", &config.outputs_capacity);
  set("metrics.enabled", &config.metrics.enabled);
  set("metrics.interval", &config.metrics.interval);
  set("metrics.output_file", &config.metrics.output_file);
  set("metrics.rules_counters_enabled", &config.metrics.rules_counters);
  set("metrics.kernel_event_counters_enabled", &config.metrics.kernel_event_counters);
  set("webserver.enabled", &config.webserver.enabled);
  set("webserver.listen_port", &config.webserver.port);
  set("webserver.listen_address", &config.webserver.address);
  set("webserver.ssl_enabled", &config.webserver.tls);
  set("webserver.prometheus_metrics_enabled", &config.webserver.prometheus);
  if (arguments.environment.contains("FALCO_BPF_PROBE") && !version.AtLeast(0, 38))
    config.engine = "ebpf";
  if (version.AtLeast(0, 37)) set("engine.kind", &config.engine);
  if (arguments.modern_bpf) config.engine = "modern_ebpf";
  config.stats_file = arguments.stats_file;
  config.stats_interval = arguments.stats_interval;
  return config;
}

absl::StatusOr<FalcoConfig> EffectiveConfig(const FalcoArguments& arguments,
                                            const FalcoVersion& version, ConfigReader read) {
  BENCH_ASSIGN_OR_RETURN(const MergedConfig merged, MergeConfig(arguments, version, read));
  return ConfigOf(merged, arguments, version);
}

}  // namespace bench
