// What the table of actions is made of; each is implemented in a file of its own.
#pragma once

#include <memory>

#include "worker/actions/action.h"

namespace bench {

std::unique_ptr<Action> MakeChangeThreadNamespace();
std::unique_ptr<Action> MakeFiller();
std::unique_ptr<Action> MakeReadSensitiveFileUntrusted();
std::unique_ptr<Action> MakeWriteBelowBinaryDir();

}  // namespace bench
