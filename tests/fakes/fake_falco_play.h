#pragma once

#include <cstdlib>
#include <string>
#include <vector>

namespace bench {

// The part that the fakes of a test play: what this process' environment tells each fake-falco that
// is started meanwhile (tests/fakes/fake_falco/script.h).
class FakeFalcoPlay {
 public:
  FakeFalcoPlay() = default;
  ~FakeFalcoPlay() {
    for (const std::string& name : set_) unsetenv(name.c_str());
  }
  FakeFalcoPlay(const FakeFalcoPlay&) = delete;
  FakeFalcoPlay& operator=(const FakeFalcoPlay&) = delete;

  // ("DROPS_PER_SEC", "250").
  void Set(const std::string& name, const std::string& value) {
    set_.push_back("FAKE_FALCO_" + name);
    setenv(set_.back().c_str(), value.c_str(), 1);
  }

 private:
  std::vector<std::string> set_;
};

}  // namespace bench
