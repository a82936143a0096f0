#include "worker/falco/falco_config.h"

#include <yaml-cpp/yaml.h>

#include <exception>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/falco/falco_files.h"

namespace bench {
namespace {

// Keys and their values, the maps of maps flattened: "metrics.interval" -> "500ms". Falco merges
// whole top-level keys, so the files are merged before.
using Settings = std::map<std::string, std::string>;

// Aliases may make a small file endless: what is deeper, or more, is none of Falco's settings.
constexpr int kMaxDepth = 8;
constexpr size_t kMaxSettings = 10'000;

void Flatten(const YAML::Node& node, const std::string& key, Settings* settings, int depth = 0) {
  if (depth > kMaxDepth || settings->size() > kMaxSettings) return;
  if (node.IsScalar()) (*settings)[key] = node.as<std::string>();
  if (!node.IsMap()) return;
  for (const auto& entry : node) {
    const auto name = entry.first.as<std::string>("");
    Flatten(entry.second, key.empty() ? name : absl::StrCat(key, ".", name), settings, depth + 1);
  }
}

void EraseBelow(const std::string& key, Settings* settings) {
  std::erase_if(*settings, [&key](const auto& setting) {
    return setting.first == key || absl::StartsWith(setting.first, absl::StrCat(key, "."));
  });
}

bool HoldsBelow(const std::string& key, const Settings& settings) {
  const auto at = settings.lower_bound(key);
  return at != settings.end() &&
         (at->first == key || absl::StartsWith(at->first, absl::StrCat(key, ".")));
}

struct Include {
  std::string path;
  bool add_only = false;
};

absl::StatusOr<YAML::Node> Parse(const ConfigText& file) {
  try {
    return YAML::Load(file.text);
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("Falco's configuration ", file.path, ", line ",
                                                   error.mark.line + 1, ": ", error.msg));
  }
}

// The main file's own and what it includes.
absl::StatusOr<std::vector<Include>> TakeMain(const ConfigText& file, Settings* settings) {
  BENCH_ASSIGN_OR_RETURN(const YAML::Node main, Parse(file));
  Flatten(main, "", settings);
  std::vector<Include> includes;
  const YAML::Node listed = main.IsMap() ? main["config_files"] : YAML::Node();
  if (!listed.IsDefined() || !listed.IsSequence()) return includes;
  for (const YAML::Node& each : listed) {
    Include include;
    include.path = (each.IsMap() ? each["path"] : each).as<std::string>("");
    include.add_only = each.IsMap() && each["strategy"].as<std::string>("") == "add-only";
    includes.push_back(std::move(include));
  }
  return includes;
}

absl::Status TakeIncluded(const ConfigText& file, bool add_only, Settings* settings) {
  BENCH_ASSIGN_OR_RETURN(const YAML::Node included, Parse(file));
  if (!included.IsMap()) return absl::OkStatus();
  for (const auto& entry : included) {
    const auto key = entry.first.as<std::string>("");
    if (add_only && HoldsBelow(key, *settings)) continue;
    if (!entry.second.IsSequence()) EraseBelow(key, settings);
    Flatten(entry.second, key, settings);
  }
  return absl::OkStatus();
}

void TakeOverrides(const std::vector<std::string>& overrides, Settings* settings) {
  for (const std::string& assignment : overrides) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(assignment, absl::MaxSplits('=', 1));
    EraseBelow(parts.first, settings);
    const bool is_map = absl::StartsWith(parts.second, "{");
    if (is_map) Flatten(YAML::Load(parts.second), parts.first, settings);
    if (!is_map) (*settings)[parts.first] = parts.second;
  }
}

// "500ms", "15m", "1h30m", or milliseconds without a unit.
std::optional<absl::Duration> Interval(const std::string& text) {
  int64_t milliseconds = 0;
  if (absl::SimpleAtoi(text, &milliseconds)) return absl::Milliseconds(milliseconds);
  absl::Duration duration;
  if (absl::ParseDuration(text, &duration)) return duration;
  return std::nullopt;
}

// Sets each field that the settings have a readable value for.
class Fields {
 public:
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
    if (const std::optional<absl::Duration> value = Interval(*text)) *field = *value;
  }

 private:
  const std::string* Find(const char* key) const {
    const auto found = settings_.find(key);
    return found == settings_.end() ? nullptr : &found->second;
  }
  const Settings& settings_;
};

FalcoConfig FromSettings(const Settings& settings, const FalcoArguments& arguments) {
  const Fields set(settings);
  FalcoConfig config;
  // On in Falco unless they are turned off.
  config.metrics.kernel_event_counters = true;
  config.metrics.rules_counters = true;
  set("json_output", &config.json_output);
  set("priority", &config.priority);
  set("rule_matching", &config.rule_matching);
  set("watch_config_files", &config.watch_config_files);
  set("buffered_outputs", &config.buffered_outputs);
  set("stdout_output.enabled", &config.stdout_output);
  set("file_output.enabled", &config.file_output.enabled);
  set("file_output.keep_alive", &config.file_output.keep_alive);
  set("file_output.filename", &config.file_output.filename);
  set("http_output.enabled", &config.http_output.enabled);
  set("http_output.url", &config.http_output.url);
  set("grpc.enabled", &config.grpc.enabled);
  set("grpc_output.enabled", &config.grpc.output_enabled);
  set("grpc.bind_address", &config.grpc.bind_address);
  set("grpc.cert_chain", &config.grpc.cert_chain);
  set("grpc.private_key", &config.grpc.private_key);
  set("grpc.root_certs", &config.grpc.root_certs);
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
  set("engine.kind", &config.engine);
  set("engine.modern_ebpf.buf_size_preset", &config.buf_size_preset);
  set("engine.modern_ebpf.cpus_for_each_buffer", &config.cpus_per_buffer);
  config.stats_file = arguments.stats_file;
  config.stats_interval = arguments.stats_interval;
  if (arguments.modern_bpf) config.engine = "modern_ebpf";
  return config;
}

}  // namespace

FalcoArguments ParseFalcoArguments(const std::vector<std::string>& argv) {
  struct Option {
    absl::string_view name;
    absl::string_view long_name;
    void (*set)(const std::string& value, FalcoArguments* arguments);
  };
  static constexpr Option kOptions[] = {
      {"-c", "--config", [](const std::string& value, FalcoArguments* a) { a->config = value; }},
      {"-o", "--option",
       [](const std::string& value, FalcoArguments* a) { a->overrides.push_back(value); }},
      {"-s", "--stats-file",
       [](const std::string& value, FalcoArguments* a) { a->stats_file = value; }},
      {"--stats-interval", "--stats_interval",
       [](const std::string& value, FalcoArguments* a) {
         a->stats_interval = Interval(value).value_or(a->stats_interval);
       }},
  };
  FalcoArguments arguments;
  for (size_t i = 1; i < argv.size(); ++i) {
    if (argv[i] == "--modern-bpf") arguments.modern_bpf = true;
    for (const Option& option : kOptions) {
      for (absl::string_view name : {option.name, option.long_name}) {
        absl::string_view rest = argv[i];
        if (rest == name && i + 1 < argv.size()) {
          option.set(argv[++i], &arguments);
          break;
        }
        // "--config=FILE", and "-cFILE" as short options may be written.
        const bool is_long = absl::StartsWith(name, "--");
        if (!absl::ConsumePrefix(&rest, name) || rest.empty()) continue;
        if (is_long && !absl::ConsumePrefix(&rest, "=")) continue;
        option.set(std::string(rest), &arguments);
        break;
      }
    }
  }
  return arguments;
}

absl::StatusOr<FalcoConfig> EffectiveConfig(const FalcoArguments& arguments,
                                            const FalcoVersion& version, ConfigReader read) {
  Settings settings;
  try {  // yaml-cpp throws, also where it only converts
    BENCH_ASSIGN_OR_RETURN(const std::vector<ConfigText> main, read(arguments.config));
    if (main.empty()) {
      return absl::NotFoundError(
          absl::StrCat("Falco's configuration ", arguments.config, " is not there"));
    }
    BENCH_ASSIGN_OR_RETURN(const std::vector<Include> includes, TakeMain(main.front(), &settings));
    // These releases read the included files last.
    const bool includes_win = version.AtLeast(0, 38) && !version.AtLeast(0, 41);
    if (includes_win) TakeOverrides(arguments.overrides, &settings);
    for (const Include& include : includes) {
      BENCH_ASSIGN_OR_RETURN(const std::vector<ConfigText> files, read(include.path));
      for (const ConfigText& file : files) {
        BENCH_RETURN_IF_ERROR(TakeIncluded(file, include.add_only, &settings));
      }
    }
    if (!includes_win) TakeOverrides(arguments.overrides, &settings);
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("Falco's configuration ", arguments.config, ": ", error.what()));
  }
  return FromSettings(settings, arguments);
}

absl::StatusOr<FalcoConfig> ReadFalcoConfig(const FalcoArguments& arguments,
                                            const FalcoVersion& version, const std::string& root) {
  return EffectiveConfig(
      arguments, version,
      [&root](const std::string& path) -> absl::StatusOr<std::vector<ConfigText>> {
        std::vector<ConfigText> files;
        for (const std::string& file : RegularFilesAt(absl::StrCat(root, path))) {
          BENCH_ASSIGN_OR_RETURN(std::string text, ReadFile(file));
          files.push_back(
              {.path = std::string(absl::StripPrefix(file, root)), .text = std::move(text)});
        }
        return files;
      });
}

}  // namespace bench
