#include "worker/falco/falco_ring.h"

#include <yaml-cpp/yaml.h>

#include <exception>
#include <string>

#include "worker/falco/falco_files.h"

namespace bench {
namespace {

// The `engine` map that counts. Falco merges whole top-level keys: a config.d file with an `engine`
// of its own replaces the main file's altogether, unless its strategy is "add-only".
YAML::Node EngineNode(const std::string& config) {
  const YAML::Node main = YAML::LoadFile(config);
  YAML::Node engine;
  if (main["engine"]) engine.reset(main["engine"]);
  const YAML::Node includes = main["config_files"];
  if (!includes || !includes.IsSequence()) return engine;
  for (const YAML::Node& include : includes) {
    const bool add_only = include.IsMap() && include["strategy"] &&
                          include["strategy"].as<std::string>("") == "add-only";
    const auto path = (include.IsMap() ? include["path"] : include).as<std::string>("");
    for (const std::string& file : RegularFilesAt(path)) {
      const YAML::Node included = YAML::LoadFile(file)["engine"];
      if (included && (!add_only || engine.IsNull())) engine.reset(included);
    }
  }
  return engine;
}

}  // namespace

int64_t RingBytesOfPreset(int preset) {
  constexpr int kPresets = 10;
  if (preset < 1 || preset > kPresets) return 0;
  return int64_t{1} << (20 + preset - 1);
}

RingConfig FalcoRing(const FalcoOptions& options) {
  RingConfig ring;
  try {  // yaml-cpp throws
    const YAML::Node engine = EngineNode(options.config);
    const YAML::Node driver = engine.IsMap() ? engine[options.driver] : YAML::Node();
    if (driver && driver.IsMap()) {
      if (const YAML::Node preset = driver["buf_size_preset"]) {
        ring.ring_bytes = RingBytesOfPreset(preset.as<int>());
      }
      if (const YAML::Node cpus = driver["cpus_for_each_buffer"]) {
        ring.cpus_per_ring = cpus.as<int>();
      }
    }
  } catch (const std::exception&) {
    ring.ring_bytes = 0;
  }
  if (options.buf_size_preset) ring.ring_bytes = RingBytesOfPreset(*options.buf_size_preset);
  if (options.cpus_per_buffer) ring.cpus_per_ring = *options.cpus_per_buffer;
  if (HasRingPerCpu(options.driver)) ring.cpus_per_ring = 1;
  return ring;
}

}  // namespace bench
