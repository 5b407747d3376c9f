// SPDX-License-Identifier: Apache-2.0 OR MIT

// What the architecture fixes and more than one module needs: register offsets, fields, and the
// structures that travel between the modules. Rule ids (Q9, EV4, ...) are those of
// docs/rules.md.
package smmuq_pkg;

  // Register offsets, Page 0 then Page 1 (spec table 9.1, E12). A 64-bit register is two words.
  localparam logic [16:0] Idr0Offset = 17'h0_0000;
  localparam logic [16:0] Idr1Offset = 17'h0_0004;
  localparam logic [16:0] Idr3Offset = 17'h0_000C;
  localparam logic [16:0] Idr5Offset = 17'h0_0014;
  localparam logic [16:0] Cr0Offset = 17'h0_0020;
  localparam logic [16:0] Cr0AckOffset = 17'h0_0024;
  localparam logic [16:0] Cr1Offset = 17'h0_0028;
  localparam logic [16:0] Cr2Offset = 17'h0_002C;
  localparam logic [16:0] IrqCtrlOffset = 17'h0_0050;
  localparam logic [16:0] IrqCtrlAckOffset = 17'h0_0054;
  localparam logic [16:0] GerrorOffset = 17'h0_0060;
  localparam logic [16:0] GerrorNOffset = 17'h0_0064;
  localparam logic [16:0] GerrorIrqCfg0LoOffset = 17'h0_0068;
  localparam logic [16:0] GerrorIrqCfg0HiOffset = 17'h0_006C;
  localparam logic [16:0] GerrorIrqCfg1Offset = 17'h0_0070;
  localparam logic [16:0] GerrorIrqCfg2Offset = 17'h0_0074;
  localparam logic [16:0] CmdqBaseLoOffset = 17'h0_0090;
  localparam logic [16:0] CmdqBaseHiOffset = 17'h0_0094;
  localparam logic [16:0] CmdqProdOffset = 17'h0_0098;
  localparam logic [16:0] CmdqConsOffset = 17'h0_009C;
  localparam logic [16:0] EventqBaseLoOffset = 17'h0_00A0;
  localparam logic [16:0] EventqBaseHiOffset = 17'h0_00A4;
  localparam logic [16:0] EventqIrqCfg0LoOffset = 17'h0_00B0;
  localparam logic [16:0] EventqIrqCfg0HiOffset = 17'h0_00B4;
  localparam logic [16:0] EventqIrqCfg1Offset = 17'h0_00B8;
  localparam logic [16:0] EventqIrqCfg2Offset = 17'h0_00BC;
  localparam logic [16:0] PriqBaseLoOffset = 17'h0_00C0;
  localparam logic [16:0] PriqBaseHiOffset = 17'h0_00C4;
  localparam logic [16:0] PriqIrqCfg0LoOffset = 17'h0_00D0;
  localparam logic [16:0] PriqIrqCfg0HiOffset = 17'h0_00D4;
  localparam logic [16:0] PriqIrqCfg1Offset = 17'h0_00D8;
  localparam logic [16:0] PriqIrqCfg2Offset = 17'h0_00DC;
  localparam logic [16:0] EventqProdOffset = 17'h1_00A8;
  localparam logic [16:0] EventqConsOffset = 17'h1_00AC;
  localparam logic [16:0] PriqProdOffset = 17'h1_00C8;
  localparam logic [16:0] PriqConsOffset = 17'h1_00CC;

  // CR0 and CR0ACK (spec table 9.2).
  typedef struct packed {
    logic atschk;
    logic cmdqen;
    logic eventqen;
    logic priqen;
    logic smmuen;
  } cr0_t;

  typedef struct packed {
    logic [1:0] table_sh;
    logic [1:0] table_oc;
    logic [1:0] table_ic;
    logic [1:0] queue_sh;
    logic [1:0] queue_oc;
    logic [1:0] queue_ic;
  } cr1_t;

  typedef struct packed {
    logic rec_cfg_ats;
    logic ptm;
    logic recinvsid;
    logic e2h;
  } cr2_t;

  // IRQ_CTRL and IRQ_CTRLACK.
  typedef struct packed {
    logic eventq;
    logic priq;
    logic gerror;
  } irq_ctrl_t;

  // GERROR and GERRORN (9.3); bit 1 is RES0, and nothing here enters Service failure mode.
  typedef struct packed {
    logic sfm_err;
    logic msi_gerror_abt_err;
    logic msi_priq_abt_err;
    logic msi_eventq_abt_err;
    logic msi_cmdq_abt_err;
    logic priq_abt_err;
    logic eventq_abt_err;
    logic res0_1;
    logic cmdq_err;
  } gerror_t;

  // The bits of GERRORN that are stored: every error of a Non-secure SMMU without ECMDQ (9.3, G2).
  localparam gerror_t GerrorNStored = 9'h1FD;

  typedef struct packed {
    logic [5:0] res0_31_26;
    logic [1:0] stall_model;
    logic [6:0] res0_23_17;
    logic       pri;
    logic       res0_15;
    logic       sev;
    logic       msi;
    logic [1:0] res0_12_11;
    logic       ats;
    logic [9:0] res0_9_0;
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
    logic [25:0] res0_31_6;
    logic        pps;
    logic [4:0]  res0_4_0;
  } idr3_t;

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

  // A PRI message (spec table 10.1).
  typedef struct packed {
    logic [63:12] page_address;
    logic [2:0]   res0_75_73;
    logic [8:0]   prg_index;
    logic         ssv;
    logic         last;
    logic         write;
    logic         read;
    logic         exec;
    logic         priv;
    logic [5:0]   res0_57_52;
    logic [19:0]  substream_id;
    logic [31:0]  stream_id;
  } pri_message_t;

  // A PRG response, as the device gets it.
  typedef struct packed {
    logic [31:0] stream_id;
    logic        ssv;
    logic [19:0] substream_id;
    logic [8:0]  index;
    logic [3:0]  code;
  } prg_response_t;

  localparam logic [3:0] PrgSuccess = 4'b0000;
  localparam logic [3:0] PrgInvalid = 4'b0001;
  localparam logic [3:0] PrgFailure = 4'b1111;

  // CMDQ_CONS.ERR (C4).
  typedef enum logic [1:0] {
    CerrorNone       = 2'd0,
    CerrorIll        = 2'd1,
    CerrorAbt        = 2'd2,
    CerrorAtcInvSync = 2'd3
  } cerror_e;

  // Where an MSI goes, and with what (x_IRQ_CFG0 to 2, or the fields of a CMD_SYNC).
  typedef struct packed {
    logic [55:2] addr;
    logic [31:0] data;
    logic [3:0]  memattr;
  } msi_config_t;

  // The sources of MSIs.
  localparam int unsigned MsiSources = 4;
  localparam int unsigned MsiEventq = 0;
  localparam int unsigned MsiPriq = 1;
  localparam int unsigned MsiGerror = 2;
  localparam int unsigned MsiCmdSync = 3;

  // Tells the writes of the queues and of the MSIs apart on the bus.
  localparam logic [1:0] AxiIdEventq = 2'd0;
  localparam logic [1:0] AxiIdPriq = 2'd1;
  localparam logic [1:0] AxiIdMsi = 2'd2;

  // The only id of reads.
  localparam logic [1:0] AxiIdCmdq = 2'd0;

  localparam logic [1:0] AxiIncr = 2'b01;
  localparam logic [2:0] AxiProt = 3'b010;  // data, Non-secure, unprivileged

  // AxCACHE: Normal Non-cacheable Bufferable, Device Non-bufferable, Write-Back and Write-Through.
  localparam logic [3:0] AxiNormal = 4'b0011;
  localparam logic [3:0] AxiDevice = 4'b0000;
  localparam logic [3:0] AxiWriteBack = 4'b1111;
  localparam logic [3:0] AxiWriteThrough = 4'b1110;

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

  // Index bits and wrap bit of a queue. Q9: the size in use is capped; Q10: size 0 has no index
  // bits, and its wrap flag is bit 0. Bits above the largest size are constant, and cost nothing.
  function automatic logic [19:0] queue_wrap_mask(logic [4:0] log2size, int unsigned largest);
    logic [4:0] qs;
    qs = log2size > 5'(largest) ? 5'(largest) : log2size;
    return 20'((64'd2 << largest) - 64'd1) >> (5'(largest) - qs);
  endfunction

  // AxCACHE of a queue access, from CR1.QUEUE_IC and QUEUE_OC.
  function automatic logic [3:0] queue_cache(logic [1:0] ic, logic [1:0] oc);
    if (ic == 2'd1 && oc == 2'd1) return AxiWriteBack;
    if (ic == 2'd2 || oc == 2'd2) return AxiWriteThrough;
    return AxiNormal;
  endfunction

endpackage
