// Moves a value between a field of PinsIn or PinsOut and a port of a Verilated top.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "verilated.h"

namespace smmuq {

// Verilator requires that the bits above the width of a port are 0.
template <unsigned width, class Port, class Value>
void drive(Port& port, Value value) {
    port = static_cast<Port>(value & ((std::uint64_t{1} << width) - 1));
}

template <unsigned width, std::size_t words>
void drive(VlWide<words>& port, const std::array<std::uint32_t, words>& value) {
    static_assert(width == 32 * words, "a wide port is a whole number of words");
    for (std::size_t i = 0; i < words; ++i) port[i] = value[i];
}

template <class Port, class Value>
void sample(const Port& port, Value& value) {
    value = static_cast<Value>(port);
}

template <std::size_t words>
void sample(const VlWide<words>& port, std::array<std::uint32_t, words>& value) {
    for (std::size_t i = 0; i < words; ++i) value[i] = port[i];
}

}  // namespace smmuq
