#include "tests/fakes/fake_falco/config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

constexpr absl::Duration kShortestInterval = absl::Milliseconds(100);

struct Section {
  absl::string_view prefix;
  Releases releases;
};
// Of the keys that a release doesn't know, those that mean something to another.
constexpr Section kSections[] = {
    {"grpc.", kGrpc},
    {"grpc_output.", kGrpc},
    {"http_output.mtls", kHttpMtls},
    {"http_output.client_", kHttpMtls},
    {"metrics.", kMetrics},
    {"metrics.rules_counters_enabled", kRuleCounters},
    {"webserver.listen_address", kListenAddress},
    {"webserver.prometheus_metrics_enabled", kPrometheus},
};

// Maps of maps made flat: "metrics.interval" -> "500ms". Lists are left out: nothing here is one.
using Values = std::map<std::string, std::string>;

void Flatten(const YAML::Node& node, const std::string& key, Values* values) {
  if (node.IsScalar()) (*values)[key] = node.as<std::string>();
  if (!node.IsMap()) return;
  for (const auto& entry : node) {
    const auto name = entry.first.as<std::string>("");
    Flatten(entry.second, key.empty() ? name : absl::StrCat(key, ".", name), values);
  }
}

absl::Status Merge(const std::string& text, const std::string& key, const std::string& origin,
                   Values* values) {
  try {
    Flatten(YAML::Load(text), key, values);
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("Error: Error reading ", origin, ": ", error.what()));
  }
  return absl::OkStatus();
}

absl::Status Override(const FakeRelease& release, const std::string& option, Values* values) {
  const size_t equals = option.find('=');
  if (equals == std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("Error: Error parsing config option \"", option,
                     "\". Must be of the form key=val or key.subkey=val"));
  }
  const std::string key = option.substr(0, equals);
  const std::string value = option.substr(equals + 1);
  if (release.Is(kMapOverrides) && absl::StartsWith(value, "{") && absl::EndsWith(value, "}")) {
    std::erase_if(*values, [below = key + "."](const auto& known) {
      return absl::StartsWith(known.first, below);
    });
    return Merge(value, key, absl::StrCat("config option \"", option, "\""), values);
  }
  (*values)[key] = value;
  return absl::OkStatus();
}

class Reader {
 public:
  Reader(const FakeRelease& release, Values values) : values_(std::move(values)) {
    std::erase_if(values_, [&release](const auto& value) {
      return std::any_of(std::begin(kSections), std::end(kSections), [&](const Section& section) {
        return !release.Is(section.releases) && absl::StartsWith(value.first, section.prefix);
      });
    });
  }

  std::string Text(const std::string& key, const std::string& otherwise = "") const {
    auto found = values_.find(key);
    return found == values_.end() ? otherwise : found->second;
  }
  bool Flag(const std::string& key, bool otherwise = false) const {
    bool value = otherwise;
    return absl::SimpleAtob(Text(key), &value) ? value : otherwise;
  }
  int Number(const std::string& key, int otherwise) const {
    int value = otherwise;
    return absl::SimpleAtoi(Text(key), &value) ? value : otherwise;
  }

 private:
  Values values_;
};

// "500ms", "1h30m", or a bare number of milliseconds.
absl::StatusOr<absl::Duration> ParseInterval(const std::string& text) {
  int64_t milliseconds = 0;
  absl::Duration interval;
  if (absl::SimpleAtoi(text, &milliseconds)) {
    interval = absl::Milliseconds(milliseconds);
  } else if (!absl::ParseDuration(text, &interval)) {
    return absl::InvalidArgumentError(
        absl::StrCat("Error: Metrics interval was passed as \"", text, "\", which is no duration"));
  }
  if (interval < kShortestInterval) {
    return absl::InvalidArgumentError(
        "Error: Metrics interval must have a minimum value of 100ms and reflect a Prometheus "
        "compliant time durations format");
  }
  return interval;
}

absl::Status ReadOutputs(const FakeRelease& release, const Reader& read,
                         const FakeCommandLine& line, FakeConfig* config) {
  config->json_output = read.Flag("json_output");
  config->buffered_outputs =
      !line.unbuffered && (release.Is(kBufferedByOption) || read.Flag("buffered_outputs"));
  config->stdout_output = read.Flag("stdout_output.enabled");
  config->file_output = {.enabled = read.Flag("file_output.enabled"),
                         .keep_alive = read.Flag("file_output.keep_alive"),
                         .filename = read.Text("file_output.filename")};
  if (config->file_output.enabled && config->file_output.filename.empty()) {
    return absl::InvalidArgumentError(
        "Error: Error reading config file: file output enabled but no filename in configuration "
        "block");
  }
  config->http_output = {.enabled = read.Flag("http_output.enabled"),
                         .url = read.Text("http_output.url"),
                         .user_agent = read.Text("http_output.user_agent", "falcosecurity/falco"),
                         .insecure = read.Flag("http_output.insecure"),
                         .ca_cert = read.Text("http_output.ca_cert"),
                         .mtls = read.Flag("http_output.mtls"),
                         .client_cert = read.Text("http_output.client_cert"),
                         .client_key = read.Text("http_output.client_key")};
  if (config->http_output.enabled && config->http_output.url.empty()) {
    return absl::InvalidArgumentError(
        "Error: Error reading config file: http output enabled but no url in configuration block");
  }
  config->grpc = {
      .enabled = read.Flag("grpc.enabled") && read.Flag("grpc_output.enabled"),
      .bind_address = read.Text("grpc.bind_address", "0.0.0.0:5060"),
      .threadiness = read.Number("grpc.threadiness", 0),
      .cert_chain = read.Text("grpc.cert_chain", "/etc/falco/certs/server.crt"),
      .private_key = read.Text("grpc.private_key", "/etc/falco/certs/server.key"),
      .root_certs = read.Text("grpc.root_certs", "/etc/falco/certs/ca.crt"),
  };
  return absl::OkStatus();
}

absl::Status ReadMetrics(const FakeRelease& release, const Reader& read,
                         const FakeCommandLine& line, FakeConfig* config) {
  BENCH_ASSIGN_OR_RETURN(const absl::Duration interval,
                         ParseInterval(read.Text("metrics.interval", "5000")));
  config->metrics = {
      .enabled = read.Flag("metrics.enabled"),
      .interval = interval,
      .output_rule = read.Flag("metrics.output_rule"),
      .output_file = read.Text("metrics.output_file"),
      .rules_counters =
          release.Is(kRuleCounters) && read.Flag("metrics.rules_counters_enabled", true),
      .kernel_event_counters = read.Flag("metrics.kernel_event_counters_enabled", true),
      .resource_utilization = read.Flag("metrics.resource_utilization_enabled", true),
      .include_empty_values = read.Flag("metrics.include_empty_values")};
  // 0.35 has both: there -s stands for the metrics file.
  if (release.Is(kMetrics) && !line.stats_file.empty()) {
    config->metrics.enabled = true;
    config->metrics.output_file = line.stats_file;
    config->metrics.interval = std::max(line.stats_interval, kShortestInterval);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FakeConfig> ReadFakeConfig(const FakeRelease& release, const FakeCommandLine& line) {
  Values values;
  if (!line.config_file.empty()) {
    absl::StatusOr<std::string> text = ReadFile(line.config_file);
    if (!text.ok()) {
      return absl::NotFoundError(
          absl::StrCat("Error: Could not find configuration file at ", line.config_file));
    }
    BENCH_RETURN_IF_ERROR(Merge(*text, "", "config file " + line.config_file, &values));
  }
  for (const std::string& option : line.overrides) {
    BENCH_RETURN_IF_ERROR(Override(release, option, &values));
  }
  const Reader read(release, std::move(values));
  FakeConfig config;
  BENCH_RETURN_IF_ERROR(ReadOutputs(release, read, line, &config));
  BENCH_RETURN_IF_ERROR(ReadMetrics(release, read, line, &config));
  config.webserver = {
      .enabled = read.Flag("webserver.enabled"),
      .listen_port = read.Number("webserver.listen_port", 8765),
      .listen_address = read.Text("webserver.listen_address", "0.0.0.0"),
      .healthz_endpoint = read.Text("webserver.k8s_healthz_endpoint", "/healthz"),
      .prometheus_metrics =
          config.metrics.enabled && read.Flag("webserver.prometheus_metrics_enabled"),
      .ssl = read.Flag("webserver.ssl_enabled"),
      .ssl_certificate = read.Text("webserver.ssl_certificate", "/etc/falco/falco.pem")};
  return config;
}

}  // namespace bench
