// CSV: stable column names, plain numbers in base units. Pure and thread-safe.
#pragma once

#include "bench/v1/model.pb.h"
#include "benchctl/view/text_table.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace bench {

TextTable RunRecords(const google::protobuf::RepeatedPtrField<v1::Run>& runs);
TextTable TrialRecords(const google::protobuf::RepeatedPtrField<v1::Trial>& trials);
TextTable SampleRecords(const google::protobuf::RepeatedPtrField<v1::Sample>& samples);

// A number as short as it can be without loss up to 15 digits: 0.05, 153211.5.
std::string NumberText(double value);

}  // namespace bench
