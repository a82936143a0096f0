#pragma once

#include <optional>
#include <string>
#include <vector>

namespace bench {

struct FileChecksum {
  std::string path;
  std::string sha256;  // hexadecimal; empty: it could not be read
};

// What a sensor is made of and configured with, beyond its version. Empty where it doesn't tell.
struct SensorFacts {
  std::string libs_version;
  std::string engine_version;
  std::string driver_version;
  std::string driver_api_version;
  std::string driver_schema_version;
  // In the order in which they are loaded.
  std::vector<FileChecksum> config_files;
  std::vector<FileChecksum> rules_files;
  // Over all of a kind, see ChecksumOfAll.
  std::string config_sha256;
  std::string rules_sha256;
  std::string effective_config_sha256;   // see effective_config.h
  std::optional<std::string> arguments;  // see FalcoArguments::others; of another's only
  std::string reads;  // where its counters and alerts are read, for people; of another's only
};

}  // namespace bench
