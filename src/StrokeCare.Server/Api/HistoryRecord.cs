using System.Text.Json.Serialization;
using StrokeCare.Accounts;
using StrokeCare.History;
using StrokeCare.Patients;

namespace StrokeCare.Server.Api;

/// <summary>An entry of a patient's history as the API answers it: as it stands now, then all it ever said before.</summary>
internal sealed record HistoryRecord(HistoryEntry Entry)
{
    [JsonIgnore]
    public HistoryEntry Entry { get; } = Entry;

    public HistoryEntryId Id => Entry.Id;

    public PatientId PatientId => Entry.PatientId;

    public long Version => Entry.Version;

    public DateTimeOffset RecordDate => Entry.Text.RecordDate;

    public string Diagnosis => Entry.Text.Diagnosis;

    public string? Treatment => Entry.Text.Treatment;

    public string? Notes => Entry.Text.Notes;

    public UserId? RecordedBy => Entry.RecordedBy;

    public string? RecordedByName => Entry.RecordedByName;

    public DateTimeOffset CreatedAt => Entry.CreatedAt;

    /// <summary>To be read as never having been written.</summary>
    public bool EnteredInError => Entry.EnteredInError;

    /// <summary>The first one first.</summary>
    public IReadOnlyList<HistoryAmendment> Amendments => Entry.Amendments;
}

/// <summary>What a search of a history answers. There is no next: whoever does not find among so many asks more closely.</summary>
internal sealed record FoundHistoryList(IReadOnlyList<HistoryRecord> Items);
