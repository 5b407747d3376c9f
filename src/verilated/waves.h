// Where the waves of a model go.
#pragma once

#include <cstdint>
#include <string>

#include "verilated_fst_c.h"

namespace smmuq {

class Waves {
public:
    // No path: no waves.
    template <class Top>
    Waves(Top& top, const std::string& path)
        : m_open{!path.empty()} {
        if (!m_open) return;
        constexpr int every_level = 99;
        top.trace(&m_file, every_level);
        m_file.open(path.c_str());
    }
    ~Waves() {
        if (m_open) m_file.close();
    }
    void dump(std::uint64_t time) {
        if (m_open) m_file.dump(time);
    }

private:
    const bool m_open;
    VerilatedFstC m_file;
};

}  // namespace smmuq
