#pragma once

#include <memory>
#include <string>

#include "benchctl/client/session.h"

namespace bench {

// A session with the controller at HOST:PORT or unix:PATH, in plain text. Connects at the first
// call, so an address where nobody listens shows there.
std::unique_ptr<Session> OpenRemoteSession(const std::string& address);

}  // namespace bench
