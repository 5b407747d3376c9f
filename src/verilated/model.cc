#include "model.h"

#include <string>

#include "checksum.h"
#include "smmuq/src/verilated/mod.rs.h"

// models.h is written by build.rs: a line MODEL(configuration) for each Verilated model.
namespace smmuq {

#define MODEL(configuration) std::unique_ptr<Model> new_##configuration(const Start& start);
#include "models.h"
#undef MODEL

std::uint64_t add_to_checksum(std::uint64_t before, const PinsOut& pins) {
    return next_checksum(before, pins);
}

std::unique_ptr<Model> new_model(rust::Str configuration, std::uint64_t seed, rust::Str path) {
    const std::string wanted{configuration};
    const Start start{seed, std::string{path}};
#define MODEL(configuration) \
    if (wanted == #configuration) return new_##configuration(start);
#include "models.h"
#undef MODEL
    return nullptr;
}

}  // namespace smmuq
