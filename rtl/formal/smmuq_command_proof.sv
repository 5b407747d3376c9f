// SPDX-License-Identifier: Apache-2.0 OR MIT

// What becomes of the command at RD, by the table of commands (docs/rules.md, 10.3): whether it is
// illegal, where it goes, what a CMD_PRI_RESP says and what a CMD_SYNC waits for and leaves.
module smmuq_command_proof
  import smmuq_pkg::*;
#(
  parameter int unsigned CmdQs      = 19,
  parameter bit          Stall      = 1'b1,
  parameter bit          Pri        = 1'b1,
  parameter bit          Ats        = 1'b1,
  parameter int unsigned CountWidth = 3
) (
  input logic clk_i,
  input logic rst_ni,

  input logic                           smmu_enabled_i,
  input logic                           run,
  input logic          [          19:0] pending,
  input logic          [CountWidth-1:0] count_q,
  input logic          [         128:0] head,
  input logic                           started_q,
  input logic                           synced_q,
  input logic                           consumed,
  input logic                           failed,
  input cerror_e                        reason,
  input queue_base_t                    base_i,
  input logic          [          19:0] rd_q,
  input logic          [          19:0] cons_rd_o,
  input logic                           cons_write_i,
  input logic          [          19:0] cons_wdata_i,
  input logic                           launch,
  input logic                           arvalid_o,
  input logic                           rvalid_i,
  input logic          [           1:0] rid_i,
  input logic          [CountWidth-1:0] beats_q,
  input logic                           stale_q,
  input logic                           flush,
  input logic                           push,
  input logic                           cmd_valid_o,
  input logic                           cmd_ready_i,
  input logic                           sync_valid_o,
  input logic                           sync_ready_i,
  input logic                           sync_atc_error_i,
  input logic                           prg_valid_o,
  input prg_response_t                  prg_o,
  input logic                           prg_taken_i,
  input logic                           events_mark_o,
  input logic                           events_marked_i,
  input logic                           msi_busy_i,
  input msi_config_t                    msi_config_o
);

  logic [127:0] command;
  logic [  7:0] opcode;
  logic secure, is_sync, is_response, legal;

  assign command     = head[127:0];
  assign opcode      = command[7:0];
  assign secure      = command[10];
  assign is_response = opcode == 8'h41;
  assign is_sync     = opcode == 8'h46;

  always_comb begin
    legal = 1'b0;
    if (opcode >= 8'h01 && opcode <= 8'h06) legal = !secure;  // prefetches, CFGI
    if (opcode >= 8'h10 && opcode <= 8'h13) legal = 1'b1;  // TLBI_NH
    if (opcode >= 8'h20 && opcode <= 8'h23) legal = 1'b1;  // TLBI_EL2
    if (opcode == 8'h28 || opcode == 8'h2A || opcode == 8'h30) legal = 1'b1;
    if (opcode == 8'h40) legal = Ats;
    if (is_response) legal = Pri && command[77:76] != 2'd3;
    if (opcode == 8'h44 || opcode == 8'h45) legal = Stall && !secure;
    if (is_sync) legal = command[13:12] != 2'd3;
  end

  // A command has its turn when it is fetched and pending, until it is consumed or fails.
  logic has_turn, aborted, bad, good, atc_error, ignored, sync_ends;

  assign has_turn  = count_q != '0 && (started_q || (run && pending != '0));
  assign aborted   = head[128] && !started_q;
  assign bad       = has_turn && !started_q && (head[128] || !legal);
  assign good      = has_turn && !bad;
  assign atc_error = sync_valid_o && sync_ready_i && sync_atc_error_i;
  assign ignored   = good && is_response && !started_q && !smmu_enabled_i;
  assign sync_ends = synced_q && !events_marked_i && !msi_busy_i;

  logic [4:0] qs;

  assign qs = base_i.log2size < 5'(CmdQs) ? base_i.log2size : 5'(CmdQs);  // Q9

  logic accepted_q, past_write_q, past_launch_q, past_ends_q;
  logic [19:0] past_wdata_q;
  logic [127:0] past_command_q;
  msi_config_t past_config_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      accepted_q     <= 1'b0;
      past_write_q   <= 1'b0;
      past_launch_q  <= 1'b0;
      past_ends_q    <= 1'b0;
      past_wdata_q   <= '0;
      past_command_q <= '0;
      past_config_q  <= '0;
    end else begin
      accepted_q     <= (accepted_q && !consumed) || (sync_valid_o && sync_ready_i && !atc_error);
      past_write_q   <= cons_write_i;
      past_launch_q  <= launch;
      past_ends_q    <= sync_ends;
      past_wdata_q   <= cons_wdata_i;
      past_command_q <= command;
      past_config_q  <= msi_config_o;

      C5_FailsByTheTable : assert (failed == (bad || atc_error));
      C4_ReasonIsTheFirstThatApplies :
      assert (!failed || reason == (aborted ? CerrorAbt : bad ? CerrorIll : CerrorAtcInvSync));
      C1_GoesWhereItBelongs :
      assert (cmd_valid_o == (good && !is_sync && !is_response) &&
              sync_valid_o == (good && is_sync && !synced_q) &&
              prg_valid_o == (good && is_response && !ignored));
      C2_ConsumedWhenDone :
      assert (consumed == ((cmd_valid_o && cmd_ready_i) || prg_taken_i || ignored || sync_ends));

      P13_ResponseIsThatOfTheCommand :
      assert (!prg_valid_o ||
              (prg_o.stream_id == command[63:32] && prg_o.index == command[72:64] &&
               prg_o.ssv == command[11] &&
               prg_o.substream_id == (command[31:12] & {20{command[11]}}) &&
               prg_o.code == (command[77:76] == 2'd0 ? 4'b1111 : command[77:76] == 2'd1 ? 4'b0001 :
                              4'b0000)));

      C17_SyncIsAcceptedOnce :
      assert (synced_q == accepted_q &&
              events_mark_o == (sync_valid_o && sync_ready_i && !atc_error));
      C12_MsiIsThatOfTheSync :
      assert (!past_ends_q ||
              (msi_config_o.addr == past_command_q[119:66] &&
               msi_config_o.data == past_command_q[63:32] &&
               msi_config_o.memattr == past_command_q[27:24]));
      C15_MsiStaysUntilTheNextSync : assert (past_ends_q || msi_config_o == past_config_q);

      // E3: CONS is what software wrote; Q12: shown without the bits above the wrap flag.
      E3_ConsIsWhatWasWritten : assert (!past_write_q || rd_q == past_wdata_q);
      Q12_ShownWithoutUnusedBits : assert (cons_rd_o == (rd_q & ~(20'hF_FFFE << qs)));

      // What was asked for is on the bus, and what comes back for it is kept.
      Q17_FetchIsOnTheBus : assert (!past_launch_q || arvalid_o);
      Q17_BeatIsKept :
      assert (push == (rvalid_i && rid_i == 2'd0 && beats_q != '0 && !stale_q && !flush));
    end
  end

endmodule
