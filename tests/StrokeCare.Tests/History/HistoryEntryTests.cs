using StrokeCare.History;
using StrokeCare.Tests.Patients;
using static StrokeCare.Tests.History.HistoryBuilder;

namespace StrokeCare.Tests.History;

public sealed class HistoryEntryTests
{
    private static readonly DateTimeOffset Now = Day.AddHours(1);

    [Fact]
    public void A_new_entry_is_version_1_scrubbed_and_in_whole_milliseconds()
    {
        var entry = Written(AText(" Stroke\0 ") with { Treatment = "  ", RecordDate = Day.AddTicks(7) }).Value!;
        Assert.Equal((1, "Stroke", null, Day), (entry.Version, entry.Text.Diagnosis, entry.Text.Treatment, entry.Text.RecordDate));
        Assert.Equal((Doctor.Id, Doctor.Name, Now, false), (entry.RecordedBy, entry.RecordedByName, entry.CreatedAt, entry.EnteredInError));
        Assert.Empty(entry.Amendments);
    }

    [Fact]
    public void All_faults_of_a_text_are_named_at_once()
    {
        var bad = new HistoryText
        {
            Diagnosis = " ",
            Treatment = new('x', HistoryRules.TreatmentMaxLength + 1),
            Notes = new('x', HistoryRules.NotesMaxLength + 1),
            RecordDate = Now + HistoryRules.Ahead + TimeSpan.FromMilliseconds(1),
        };
        Assert.Equal(["diagnosis", "notes", "record_date", "treatment"], Written(bad).Error!.Fields.Keys.Order());
        Assert.Equal(["diagnosis", "reason"], AnEntry().Correct(AText(new('x', HistoryRules.DiagnosisMaxLength + 1)), "", Doctor, Now).Error!.Fields.Keys.Order());
        Assert.Equal(["reason"], AnEntry().MarkEnteredInError(new('x', HistoryRules.ReasonMaxLength + 1), Doctor, Now).Error!.Fields.Keys);
    }

    [Fact]
    public void Every_text_at_its_limit_is_accepted_and_so_is_every_date_from_1900_to_a_day_ahead()
    {
        Assert.True(Written(AText(new('x', HistoryRules.DiagnosisMaxLength)) with { RecordDate = HistoryRules.Earliest }).Succeeded);
        Assert.True(Written(AText() with { Notes = new('x', HistoryRules.NotesMaxLength), RecordDate = Now + HistoryRules.Ahead }).Succeeded);
        Assert.False(Written(AText() with { RecordDate = HistoryRules.Earliest.AddMilliseconds(-1) }).Succeeded);
        Assert.False(Written(AText() with { RecordDate = DateTimeOffset.MinValue }).Succeeded);
        Assert.False(Written(AText() with { RecordDate = DateTimeOffset.MaxValue }).Succeeded);
    }

    [Fact]
    public void A_correction_keeps_who_when_why_and_what_the_entry_said_before()
    {
        var entry = AnEntry();
        var next = entry.Correct(AText("TIA"), " A slip ", new(new(7), "Jane Roe"), Now).Value!;
        Assert.Equal((2, "TIA", entry.RecordedBy, entry.CreatedAt), (next.Version, next.Text.Diagnosis, next.RecordedBy, next.CreatedAt));
        var amendment = Assert.Single(next.Amendments);
        Assert.Equal(
            new HistoryAmendment { Version = 2, AmendedBy = new(7), AmendedByName = "Jane Roe", AmendedAt = Now, Reason = "A slip", Before = entry.Text }, amendment);
    }

    [Fact]
    public void An_entry_in_error_keeps_its_text_and_takes_no_further_amendment()
    {
        var entry = AnEntry().Corrected("TIA");
        var last = entry.MarkEnteredInError("Another patient's", Doctor, Now).Value!;
        Assert.Equal((3, true, entry.Text), (last.Version, last.EnteredInError, last.Text));
        Assert.Equal([false, true], last.Amendments.Select(a => a.EnteredInError));
        Assert.Equal("history.entered_in_error", last.Correct(AText(), "why", Doctor, Now).Error!.Code);
        Assert.Equal("history.entered_in_error", last.MarkEnteredInError("why", Doctor, Now).Error!.Code);
    }

    [Fact]
    public void An_entry_corrected_too_often_can_only_be_marked_as_entered_in_error()
    {
        var entry = AnEntry();
        for (var i = 0; i < HistoryRules.MostCorrections; i++) entry = entry.Corrected($"Version {i}");
        Assert.Equal("history.too_many_corrections", entry.Correct(AText(), "why", Doctor, Now).Error!.Code);
        Assert.Equal(HistoryRules.MostCorrections + 2, entry.EnteredInError().Version);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("x 0123456789abcdef01234567")]
    [InlineData("1 2")]
    [InlineData("1 0123456789abcdef01234567 1")]
    [InlineData("9223372036854775807 0123456789abcdef01234567")]
    public void A_key_that_was_made_up_is_not_read(string text) => Assert.False(HistoryKey.TryParse(text, out _));

    [Fact]
    public void A_key_is_read_as_it_was_written()
    {
        foreach (var key in new[] { HistoryKey.Of(AnEntry()), new(HistoryRules.Earliest, NewEntryId()), new(DateTimeOffset.UnixEpoch, NewEntryId()) })
        {
            Assert.True(HistoryKey.TryParse(key.ToString(), out var read));
            Assert.Equal(key, read);
        }
    }

    private static Result<HistoryEntry> Written(HistoryText text) => HistoryEntry.Write(NewEntryId(), PatientBuilder.NewId(), text, Doctor, Now);
}
