// SPDX-License-Identifier: Apache-2.0 OR MIT

// x_IRQ_CFG0 to 2: where the MSI of a source goes (I7), and when that may be written (E3).
module smmuq_irq_cfg
  import smmuq_pkg::*;
#(
  parameter bit Msi = 1'b1,
  // CFG2.LO exists: the PRI queue's, with MSIs or without (14.9).
  parameter bit Lo  = 1'b0
) (
  input logic clk_i,
  input logic rst_ni,

  input logic        unguarded_i,
  input logic [ 3:0] write_i,      // CFG0 low and high word, CFG1, CFG2
  input logic [31:0] wdata_i,

  output msi_config_t             config_o,
  output logic                    lo_o,
  output logic        [3:0][31:0] words_o
);

  if (Msi) begin : gen_msi
    msi_config_t config_q;
    logic [1:0] sh_q;  // no such attribute on the bus: stored, without effect

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        config_q <= '0;
        sh_q     <= '0;
      end else if (unguarded_i) begin
        if (write_i[0]) config_q.addr[31:2] <= wdata_i[31:2];
        if (write_i[1]) config_q.addr[55:32] <= wdata_i[23:0];
        if (write_i[2]) config_q.data <= wdata_i;
        if (write_i[3]) {sh_q, config_q.memattr} <= wdata_i[5:0];
      end
    end

    assign config_o   = config_q;
    assign words_o[0] = {config_q.addr[31:2], 2'd0};
    assign words_o[1] = {8'd0, config_q.addr[55:32]};
    assign words_o[2] = config_q.data;
    assign words_o[3] = {lo_o, 25'd0, sh_q, config_q.memattr};

    // The cycle before, to check steps with.
    logic past_unguarded_q;
    msi_config_t past_config_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        past_unguarded_q <= 1'b0;
        past_config_q    <= '0;
      end else begin
        past_unguarded_q <= unguarded_i;
        past_config_q    <= config_q;
        E3_ConfigIsGuarded : assert (past_unguarded_q || config_q == past_config_q);
      end
    end
  end else begin : gen_no_msi
    logic unused_msi;

    assign unused_msi   = ^{write_i[2:0], wdata_i[30:0]};
    assign config_o     = '0;
    assign words_o[2:0] = '0;
    assign words_o[3]   = {lo_o, 31'd0};
  end

  if (Lo) begin : gen_lo
    logic lo_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        lo_q <= 1'b0;
      end else if (unguarded_i && write_i[3]) begin
        lo_q <= wdata_i[31];
      end
    end

    assign lo_o = lo_q;
  end else begin : gen_no_lo
    assign lo_o = 1'b0;
  end

  if (!Msi && !Lo) begin : gen_nothing
    logic unused_all;
    assign unused_all = ^{clk_i, rst_ni, unguarded_i, write_i[3], wdata_i[31]};
  end

endmodule
