using System.Net;
using System.Text;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Patients;
using StrokeCare.Server.Portal;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Pages;

/// <summary>A file that is brought in through the browser, on a portal of its own.</summary>
public sealed class ImportPageTests : IAsyncLifetime
{
    private RunningPortal portal = null!;
    private ImportBrowser ada = null!;

    public async ValueTask InitializeAsync()
    {
        portal = await RunningPortal.StartAsync(Pair.Sqlite);
        ada = await ImportBrowser.OfAsync(portal, Person.Ada);
    }

    [Fact]
    public async Task A_file_is_imported_by_who_sent_it_and_the_report_names_lines_and_reasons_and_nothing_of_the_file()
    {
        var file = $"{ImportBrowser.Rows(1_200)}5000,Female,Mary Jones,0,0,Yes,Private,Urban,90,30,smokes,0\n5001,Female,700,0,0,Yes,Private,Urban,90,30,smokes,0\n";
        using var started = await ada.StartAsync(file);
        Assert.Equal((HttpStatusCode.Redirect, "/admin/import"), (started.StatusCode, started.Headers.Location!.AbsolutePath));
        var run = await ada.WaitAsync(one => !one.IsUnderWay);
        Assert.Equal((ImportState.Done, 1_200, 0, 2, 100), (run.State, run.Progress.Imported, run.Progress.AlreadyPresent, run.Progress.Rejected, run.Percent));
        var (page, csv) = (await ada.TextAsync(), await ada.TextAsync(RejectedRows.Path));
        Assert.Contains("<th scope=\"row\">1,202</th><td>age is not a number</td>", page, StringComparison.Ordinal);
        Assert.StartsWith("line,reason\r\n1202,age is not a number\r\n1203,", csv);
        await portal.SettleAsync();
        var log = portal.Get<ISecurityLog>();
        var completed = Assert.Single(await log.FindAsync(new() { EventType = AuditAction.ImportCompleted.Wire() }, default));
        Assert.Equal((Person.Ada.Username, "127.0.0.1"), (completed.Username, completed.IpAddress));
        Assert.EndsWith("imported 1200, already present 0, rejected 2", completed.EventDescription);
        Assert.All(await log.FindAsync(new() { EventType = AuditAction.PatientCreated.Wire(), Limit = 100 }, default), row => Assert.Equal(Person.Ada.Username, row.Username));
        Assert.DoesNotContain("Mary", page + csv + completed.EventDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_cancelled_leaves_what_is_stored_and_the_same_file_goes_on()
    {
        var file = ImportBrowser.Rows(20_000);
        using var started = await ada.StartAsync(file);
        var underWay = await ada.WaitAsync(one => one.Progress.Rows > 0);
        Assert.Contains("id=\"cancel-import\"", await ada.TextAsync(), StringComparison.Ordinal);
        using var second = await ada.StartAsync(ImportBrowser.Rows(1));
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        using var other = await ada.CancelAsync("another");
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        using var cancelled = await ada.CancelAsync(underWay.Id);
        Assert.Equal(HttpStatusCode.Redirect, cancelled.StatusCode);
        var stopped = await ada.WaitAsync(one => !one.IsUnderWay);
        Assert.Equal(ImportState.Cancelled, stopped.State);
        Assert.InRange(stopped.Progress.Imported, 1, 19_999);
        Assert.Equal(stopped.Progress.Imported, await StoredAsync());
        Assert.Contains("Send the same file again to go on", await ada.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(2, (await portal.Get<ISecurityLog>().FindAsync(new() { EventType = AuditAction.ImportStopped.Wire(), UserId = portal.IdOf(Person.Ada).Value }, default)).Count);

        using var again = await ada.StartAsync(file);
        var done = await ada.WaitAsync(one => !one.IsUnderWay);
        Assert.Equal((ImportState.Done, stopped.Progress.Imported, 20_000 - stopped.Progress.Imported), (done.State, done.Progress.AlreadyPresent, done.Progress.Imported));
        Assert.Equal(20_000, await StoredAsync());
    }

    [Fact]
    public async Task A_portal_that_stops_ends_its_batch_and_another_goes_on()
    {
        var stopping = await portal.BesideAsync();
        using var browser = await ImportBrowser.OfAsync(stopping, Person.Ada);
        using var started = await browser.StartAsync(ImportBrowser.Rows(20_000));
        await browser.WaitAsync(one => one.Progress.Rows > 0);
        await stopping.DisposeAsync();
        var stored = await StoredAsync();
        Assert.InRange(stored, 1, 19_999);
        Assert.EndsWith($"imported {stored}, already present 0, rejected 0", Assert.Single(await portal.Get<ISecurityLog>().FindAsync(new() { EventType = AuditAction.ImportStopped.Wire() }, default)).EventDescription);
        using var again = await ada.StartAsync(ImportBrowser.Rows(20_000));
        Assert.Equal(stored, (await ada.WaitAsync(one => !one.IsUnderWay)).Progress.AlreadyPresent);
        Assert.Equal(20_000, await StoredAsync());
    }

    [Fact]
    public async Task Whoever_is_no_admin_any_more_imports_no_further_row()
    {
        var id = await portal.CreateAsync("brief", "an admin for a moment", Role.Admin);
        var user = (await portal.Get<IUserStore>().FindAsync(id, default))!;
        using var brief = new ImportBrowser(portal, portal.CookieOf(user, await portal.OpenSessionAsync(user)));
        using var started = await brief.StartAsync(ImportBrowser.Rows(20_000));
        await ada.WaitAsync(one => one.Progress.Rows > 0);
        Assert.True((await portal.Get<UpdateUserHandler>().HandleAsync(id, new() { IsActive = false }, new(null, user.Version), Actor.Operator, default)).Succeeded);
        var run = await ada.WaitAsync(one => !one.IsUnderWay);
        Assert.Equal(ImportState.Refused, run.State);
        Assert.Equal(run.Progress.Imported, await StoredAsync());
        Assert.Contains("may not import any more", await ada.TextAsync(), StringComparison.Ordinal);
        Assert.Equal(id.Value, Assert.Single(await portal.Get<ISecurityLog>().FindAsync(new() { EventType = AuditAction.AccessDenied.Wire() }, default)).UserId);
    }

    [Fact]
    public async Task An_open_page_hears_how_far_it_is_and_how_it_ended()
    {
        await using var stream = await EventReader.OpenAsync(portal, LiveRoutes.OfImport, (await portal.SignInAsync(Person.Ada)).Cookie, ImportPart.MarkOf(null));
        Assert.NotNull(await stream.NextAsync("until"));
        using var started = await ada.StartAsync(ImportBrowser.Rows(5_000));
        var drawn = await stream.NextAsync("part");
        while (((string)drawn!.Data["says"]!).StartsWith("Import done", StringComparison.Ordinal) is false)
        {
            Assert.Contains("Cancel the import", (string)drawn.Data["html"]!, StringComparison.Ordinal);
            drawn = await stream.NextAsync("part");
        }

        Assert.Equal("Import done. 5,000 new, 0 already there, 0 rejected.", (string)drawn.Data["says"]!);
    }

    [Theory]
    [InlineData("", "The file is empty.")]
    [InlineData("name,age\nMary Jones,71\n", "The file lacks in line 1: id, gender")]
    [InlineData("PK\u0003\u0004\0\0", "The file is no text in line 1, at character 3.")]
    public async Task Junk_is_refused_in_words_and_nothing_of_it_is_brought_in(string file, string words)
    {
        using var answer = await ada.StartAsync(file);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains(words, page, StringComparison.Ordinal);
        Assert.DoesNotContain("Mary", page, StringComparison.Ordinal);
        Assert.Contains("Nothing has been imported", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    public async Task A_file_over_the_limit_is_refused_in_words_however_large(int megabytes)
    {
        using var answer = await ada.StartAsync(Encoding.UTF8.GetBytes(new string('1', megabytes * 1024 * 1024 + 1)));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("The file is larger than 10 MB.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_file_and_a_forged_form_are_refused()
    {
        using var forged = await ada.StartAsync(Encoding.UTF8.GetBytes(ImportBrowser.Rows(1)), isForged: true);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        using var other = await ada.CancelAsync("");
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        Assert.Contains("Nothing has been imported", await ada.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_admins_send_files_and_what_others_send_is_not_read()
    {
        using var grace = await ImportBrowser.OfAsync(portal, Person.Grace);
        using var refused = await grace.StartAsync(ImportBrowser.Rows(1));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var nobody = new ImportBrowser(portal, "__Host-strokecare=nonsense");
        using var asked = await nobody.StartAsync(ImportBrowser.Rows(1));
        Assert.StartsWith("/sign-in?to=%2Fadmin%2Fimport", asked.Headers.Location!.OriginalString);
        Assert.Equal(0, await StoredAsync());
    }

    public async ValueTask DisposeAsync()
    {
        ada.Dispose();
        await portal.DisposeAsync();
    }

    private async Task<long> StoredAsync() => (await portal.Get<StrokeCare.Analytics.GetClinicStatsHandler>().HandleAsync(Actor.Operator, default)).Value!.Patients.Current;
}
