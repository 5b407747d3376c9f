// SPDX-License-Identifier: Apache-2.0 OR MIT

// What the architecture fixes and more than one module needs: register offsets, fields, and the
// structures that travel between the modules. Rule ids (Q9, EV4, ...) are those of
// docs/rules.md.
package smmuq_pkg;

  // Register offsets, Page 0 then Page 1 (spec table 9.1, E12).
  localparam logic [16:0] Idr0Offset = 17'h0_0000;
  localparam logic [16:0] Idr1Offset = 17'h0_0004;
  localparam logic [16:0] Idr5Offset = 17'h0_0014;
  localparam logic [16:0] Cr0Offset = 17'h0_0020;
  localparam logic [16:0] Cr0AckOffset = 17'h0_0024;
  localparam logic [16:0] IrqCtrlOffset = 17'h0_0050;
  localparam logic [16:0] IrqCtrlAckOffset = 17'h0_0054;
  localparam logic [16:0] GerrorOffset = 17'h0_0060;
  localparam logic [16:0] GerrorNOffset = 17'h0_0064;
  localparam logic [16:0] EventqBaseLoOffset = 17'h0_00A0;
  localparam logic [16:0] EventqBaseHiOffset = 17'h0_00A4;
  localparam logic [16:0] EventqProdOffset = 17'h1_00A8;
  localparam logic [16:0] EventqConsOffset = 17'h1_00AC;

  // Bit positions of the single-bit fields (spec tables 9.2 and 9.3).
  localparam int unsigned Cr0EventqEn = 2;
  localparam int unsigned IrqCtrlGerrorIrqEn = 0;
  localparam int unsigned IrqCtrlEventqIrqEn = 2;
  localparam int unsigned GerrorEventqAbtErr = 2;

  // The bits of GERRORN that are stored: every error of a Non-secure SMMU without ECMDQ (9.3, G2).
  localparam logic [8:0] GerrorNStored = 9'h1FD;

  typedef struct packed {
    logic [5:0]  res0_31_26;
    logic [1:0]  stall_model;
    logic [23:0] res0_23_0;
  } idr0_t;

  typedef struct packed {
    logic [5:0] res0_31_26;
    logic [4:0] cmdqs;
    logic [4:0] eventqs;
    logic [4:0] priqs;
    logic [4:0] ssidsize;
    logic [5:0] sidsize;
  } idr1_t;

  typedef struct packed {
    logic [15:0] stall_max;
    logic [12:0] res0_15_3;
    logic [2:0]  oas;
  } idr5_t;

  // Where a queue lies: the fields of x_BASE that have an effect.
  typedef struct packed {
    logic [55:5] addr;
    logic [4:0]  log2size;
  } queue_base_t;

  typedef struct packed {
    logic        ovflg;
    logic [19:0] wr;
  } queue_prod_t;

  typedef struct packed {
    logic        ovackflg;
    logic [19:0] rd;
  } queue_cons_t;

  // An event record as the bus carries it: beat 0 is bits [127:0] (Q2: little-endian, 32 bytes).
  typedef logic [1:0][127:0] record_t;

  // Tells the writes of the queues and of the MSIs apart on the bus.
  localparam logic [1:0] AxiIdEventq = 2'd0;

  // IDR5.OAS for a number of physical address bits.
  function automatic logic [2:0] oas_code(int unsigned bits);
    unique case (bits)
      32: return 3'd0;
      36: return 3'd1;
      40: return 3'd2;
      42: return 3'd3;
      44: return 3'd4;
      48: return 3'd5;
      52: return 3'd6;
      default: return 3'd7;
    endcase
  endfunction

endpackage
